"""Services and network policies: whether what they select is there."""

from suites.checks import eventually, expect
from suites.kubernetes import pods


def served(platform, seconds=30):
    eventually(lambda: not unserved(platform), seconds, lambda: "\n".join(unserved(platform)))


def unserved(platform):
    """Services that select pods, and the ports of them that no ready pod has."""
    api, found = platform.cluster.api, []
    for service in api.items("/api/v1/services"):
        namespace, name = service["metadata"]["namespace"], service["metadata"]["name"]
        if namespace not in platform.promised or not service["spec"].get("selector"):
            continue
        slices = api.items(f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices?labelSelector=kubernetes.io/service-name={name}")
        ready = [one for one in slices if any(end["conditions"].get("ready") for end in one.get("endpoints") or [])]
        had = {port.get("name", "") for one in ready for port in one.get("ports") or []}
        wanted = {port.get("name", "") for port in service["spec"]["ports"]}
        if wanted - had:
            found.append(f"{namespace}/{name} {service['spec']['selector']}: no ready pod for {sorted(wanted - had)}")
    return found


def policies_meet_pods(platform):
    """Pods that an operator makes are not there yet; what it will write on them is known."""
    api, found = platform.cluster.api, []
    policies = [one for one in api.items("/apis/networking.k8s.io/v1/networkpolicies") if one["metadata"]["namespace"] in platform.promised]
    for policy in policies:
        namespace, selector = policy["metadata"]["namespace"], policy["spec"].get("podSelector", {})
        there = [pod["metadata"].get("labels", {}) for pod in pods.platform_pods(platform) if pod["metadata"]["namespace"] == namespace]
        if selector and not any(selects(selector, labels) for labels in [*there, *of_operators(api, namespace)]):
            found.append(f"{namespace}/{policy['metadata']['name']} selects {selector}, which is no pod")
    expect(not found, lambda: "\n".join(found))


def of_operators(api, namespace):
    """Labels of the pods that operators make for the resources of a namespace."""
    clusters = [one["metadata"]["name"] for one in api.items(f"/apis/flink.apache.org/v1beta1/namespaces/{namespace}/flinkdeployments")]
    yield from ({"app": name, "component": role} for name in clusters for role in ("jobmanager", "taskmanager"))
    if namespace == "spark":
        yield from ({"spark-role": role, "sparkoperator.k8s.io/launched-by-spark-operator": "true"} for role in ("driver", "executor"))


def selects(selector, labels):
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    return all(meets(one, labels) for one in selector.get("matchExpressions", []))


def meets(expression, labels):
    held, values = labels.get(expression["key"]), expression.get("values", [])
    return {
        "In": held in values, "NotIn": held not in values, "Exists": held is not None, "DoesNotExist": held is None,
    }[expression["operator"]]
