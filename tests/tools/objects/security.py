"""The Pod Security Standard `restricted`, container by container."""

ALLOWED_VOLUMES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret",
}  # fmt: skip


def faults(pod):
    spec = pod.spec
    context = spec.get("securityContext") or {}
    for flag in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(flag):
            yield "pod-security", f"{pod.path}: {flag} is set"
    for volume in spec.get("volumes") or []:
        odd = set(volume) - ALLOWED_VOLUMES - {"name"}
        if odd:
            yield "pod-security", f"{pod.path}: volume {volume.get('name')} is of kind {', '.join(sorted(odd))}"
    for path, container in pod.containers:
        yield from container_faults(path, context, container, pod.partial)


def container_faults(path, pod_context, container, partial):
    own = container.get("securityContext") or {}
    context = {**pod_context, **own}
    if not partial:
        if context.get("runAsNonRoot") is not True:
            yield "pod-security", f"{path}: runAsNonRoot is not true"
        if (context.get("seccompProfile") or {}).get("type") not in ("RuntimeDefault", "Localhost"):
            yield "pod-security", f"{path}: no seccompProfile"
        if own.get("allowPrivilegeEscalation") is not False:
            yield "pod-security", f"{path}: allowPrivilegeEscalation is not false"
        if "ALL" not in ((own.get("capabilities") or {}).get("drop") or []):
            yield "pod-security", f"{path}: capabilities do not drop ALL"
    if context.get("runAsUser") == 0:
        yield "pod-security", f"{path}: runs as root"
    if own.get("privileged"):
        yield "pod-security", f"{path}: is privileged"
    added = set((own.get("capabilities") or {}).get("add") or []) - {"NET_BIND_SERVICE"}
    if added:
        yield "pod-security", f"{path}: adds capabilities {', '.join(sorted(added))}"
    for port in container.get("ports") or []:
        if port.get("hostPort"):
            yield "pod-security", f"{path}: takes host port {port['hostPort']}"
