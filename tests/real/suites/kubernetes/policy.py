"""Pod security as the API server enforces it, and requests that used what will go away."""

from servers.api import Refused
from suites.checks import expect

ENFORCE = "pod-security.kubernetes.io/enforce"
# What the weaker level allows and the stronger refuses, and what both refuse.
PLAIN = {"containers": [{"name": "probe", "image": "probe"}]}
HOST = {**PLAIN, "hostNetwork": True}


def enforced(platform):
    """Components enforce `restricted`; the namespaces of operators may enforce `baseline`."""
    namespaces = platform.namespaces()
    expect(platform.promised, "the platform has no namespaces")
    for name, promised in platform.promised.items():
        labels = namespaces.get(name, {})
        lost = {key: value for key, value in promised.items() if labels.get(key) != value}
        expect(not lost, f"namespace {name} lost {lost}")
        level = labels.get(ENFORCE)
        allowed = ("restricted",) if labels["lakehelm.dev/role"] == "application" else ("restricted", "baseline")
        expect(level in allowed, f"namespace {name} enforces {level}")
        expect(refused(platform.cluster.api, name, HOST), f"namespace {name} takes a pod in the network of its node")
        if level == "restricted":
            expect(refused(platform.cluster.api, name, PLAIN), f"namespace {name} takes a pod without a security context")


def refused(api, namespace, spec):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"}, "spec": spec}
    try:
        api.create(f"/api/v1/namespaces/{namespace}/pods?dryRun=All", pod)
    except Refused as refusal:
        expect("violates PodSecurity" in str(refusal), f"refused for another reason: {refusal}")
        return True
    return False


def nothing_deprecated(api):
    """The endpoints controller's own requests are left out: the cluster makes them."""
    lines = [line for line in api.get("/metrics").splitlines() if line.startswith("apiserver_requested_deprecated_apis{")]
    lines = [line for line in lines if 'resource="endpoints"' not in line]
    expect(not lines, lambda: "\n".join(lines))
