"""The rules of the platform for one object. `local` rules hold for our own charts, the others for upstream's too.

What the post-renderer makes of upstream's pods is held to the rules for our own pods."""

from . import properties, schemas, secrets, security
from .pods import dig, pods

VERBS = {
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*", "use", "bind", "escalate",
    "impersonate", "approve", "sign",
}  # fmt: skip
LABELS = ["helm.sh/chart"] + [
    f"app.kubernetes.io/{name}" for name in ("name", "instance", "component", "part-of", "managed-by")
]


def faults(obj, local, patched=False):
    found = list(pods(obj))
    # A test of an upstream chart: its image is written into the chart, and it runs on request only.
    test = not local and (obj.metadata.get("annotations") or {}).get("helm.sh/hook") == "test"
    for pod in found if not test else []:
        yield from container_faults(pod)
    if obj.kind in ("Role", "ClusterRole"):
        for rule in obj.document.get("rules") or []:
            for verb in set(rule.get("verbs") or []) - VERBS:
                yield "rbac-verb", f"unknown verb {verb}"
    yield from secrets.faults(obj, found)
    yield from properties.faults(obj)
    if local:
        yield from local_faults(obj, found)
    for pod in found if local or (patched and not test) else []:
        yield from security.faults(pod)
        yield from resource_faults(pod)


def container_faults(pod):
    for path, container in pod.containers:
        for mount in container.get("volumeMounts") or []:
            if mount.get("name") not in pod.volumes:
                yield "dangling-mount", f"{path}: mount {mount.get('name')} has no volume"
        image = container.get("image")
        if image is None and container.get("name") in pod.managed:
            continue
        name, _, digest = (image or "").partition("@")
        tag = name.rsplit("/", 1)[-1].partition(":")[2]
        if not digest and tag in ("", "latest"):
            yield "floating-image", f"{path}: image {image} names no fixed version"


def local_faults(obj, found):
    if schemas.namespaced(obj) != bool(obj.metadata.get("namespace")):
        state = "has no namespace" if schemas.namespaced(obj) else "is of the cluster and names a namespace"
        yield "namespace", f"{obj.kind} {state}"
    labels = obj.metadata.get("labels") or {}
    for label in LABELS:
        if not labels.get(label):
            yield "label", f"no label {label}"
    for pod in found:
        yield from mount_faults(pod)
    yield from selector_faults(obj, found)


def mount_faults(pod):
    for path, container in pod.containers:
        for mount in container.get("volumeMounts") or []:
            if mount.get("subPath") or mount.get("subPathExpr"):
                yield "sub-path", f"{path}: mount {mount.get('mountPath')} by subPath is never updated"


def resource_faults(pod):
    for path, container in pod.containers:
        if container.get("name") in pod.managed:
            continue
        resources = container.get("resources") or {}
        for kind, name in (("requests", "cpu"), ("requests", "memory"), ("limits", "memory")):
            if not dig(resources, kind, name):
                yield "resources", f"{path}: no {kind}.{name}"


def selector_faults(obj, found):
    """A workload whose selector does not match its own pods is refused by the API server."""
    wanted = dig(obj.document, "spec", "selector", "matchLabels")
    if obj.kind in ("Deployment", "StatefulSet", "DaemonSet") and found:
        if not wanted or wanted.items() - found[0].labels.items():
            yield "selector", "the selector does not match the labels of the pods"
