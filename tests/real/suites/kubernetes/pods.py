"""Pods and claims: what runs, and what keeps the others."""

from suites.checks import eventually


def platform_pods(platform):
    names = platform.namespaces()
    return [pod for pod in platform.cluster.api.items("/api/v1/pods") if pod["metadata"]["namespace"] in names]


def name(pod):
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def is_well(pod):
    status = pod.get("status", {})
    if status.get("phase") == "Succeeded":
        return True
    return any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", []))


def obstacle(pod):
    """Why its first waiting container waits, else the phase."""
    for container in pod.get("status", {}).get("containerStatuses", []):
        if waiting := container["state"].get("waiting"):
            return f"{waiting.get('reason')}: {waiting.get('message', '')}"
    for condition in pod.get("status", {}).get("conditions", []):
        if condition["type"] == "PodScheduled" and condition["status"] != "True":
            return condition.get("message", "not scheduled")
    return pod.get("status", {}).get("phase", "no status")


def unwell(platform):
    """Name of each pod that is neither ready nor done, and why."""
    return {name(pod): obstacle(pod) for pod in platform_pods(platform) if not is_well(pod)}


def unbound(platform):
    claims = platform.cluster.api.items("/api/v1/persistentvolumeclaims")
    return [name(claim) for claim in claims if claim.get("status", {}).get("phase") != "Bound"]


def lacking(platform):
    """Workloads of the platform with fewer ready pods than they ask for: a pod that was refused is not there at all."""
    found = []
    for plural in ("deployments", "statefulsets"):
        for workload in platform.cluster.api.items(f"/apis/apps/v1/{plural}"):
            wanted = workload["spec"].get("replicas", 1)
            ready = workload.get("status", {}).get("readyReplicas", 0)
            if ready < wanted:
                found.append(f"{plural} {name(workload)}: {ready} of {wanted} ready")
    return found


def all_well(platform, seconds=60):
    """Every pod runs or is done, every workload has the pods that it asks for, every claim has its volume."""
    state = lambda: [*(f"{pod}: {why}" for pod, why in unwell(platform).items()), *lacking(platform), *unbound(platform)]
    eventually(lambda: not state(), seconds, lambda: "\n".join(state()))
