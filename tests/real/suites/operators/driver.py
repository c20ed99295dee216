"""The pod of a driver or an executor against the part of its application that asked for it."""

import re

from suites.checks import expect
from suites.kubernetes.services import selects

REFERENCE = re.compile(r"\$\((\w+)\)")


def carries(pod, spec, role):
    """Everything that the application says about this role is in the pod."""
    wanted, found = spec[role], []
    container = main_container(pod, role)
    if container["image"] != spec["image"]:
        found.append(f"image {container['image']}")
    if pod["spec"].get("serviceAccountName") != wanted["serviceAccount"]:
        found.append(f"service account {pod['spec'].get('serviceAccountName')}")
    found += lacking_entries("env", wanted.get("env", []), container.get("env", []))
    found += lacking_entries("envFrom", wanted.get("envFrom", []), container.get("envFrom", []))
    found += lacking_entries("volumeMounts", wanted.get("volumeMounts", []), container.get("volumeMounts", []))
    found += lacking_entries("volumes", spec.get("volumes", []), pod["spec"].get("volumes", []))
    found += lacking_entries("tolerations", wanted.get("tolerations", []), pod["spec"].get("tolerations", []))
    found += lacking_keys("label", wanted.get("labels", {}), pod["metadata"].get("labels", {}))
    found += lacking_keys("node selector", wanted.get("nodeSelector", {}), pod["spec"].get("nodeSelector", {}))
    found += lacking_keys("security context", wanted["securityContext"], container.get("securityContext", {}))
    found += lacking_keys("pod security context", wanted["podSecurityContext"], pod["spec"].get("securityContext", {}))
    sidecars = [one["name"] for one in wanted.get("template", {}).get("spec", {}).get("containers", []) if one["name"] != container["name"]]
    names = [one["name"] for one in pod["spec"]["containers"]]
    found += [f"no container {name}" for name in sidecars if name not in names]
    found += unresolved(container.get("env", []))
    expect(not found, lambda: "\n".join(found))


def main_container(pod, role):
    name = f"spark-kubernetes-{role}"
    container = next((one for one in pod["spec"]["containers"] if one["name"] == name), None)
    expect(container, lambda: f"no container {name}: {[one['name'] for one in pod['spec']['containers']]}")
    return container


def lacking_entries(what, wanted, found):
    return [f"{what} lacks {entry}" for entry in wanted if entry not in found]


def lacking_keys(what, wanted, found):
    return [f"{what} {key} is {found.get(key)!r}, not {value!r}" for key, value in wanted.items() if found.get(key) != value]


def unresolved(env):
    """Kubernetes puts a variable into another only when it stands before it."""
    known, found = set(), []
    for entry in env:
        found += [f"{entry['name']} uses {name}, which is not before it" for name in REFERENCE.findall(entry.get("value") or "") if name not in known]
        known.add(entry["name"])
    return found


def configured(api, namespace, application, spec):
    """The properties file that spark-submit made for the driver has every generated line."""
    maps = api.items(f"/api/v1/namespaces/{namespace}/configmaps")
    files = [one["data"]["spark.properties"] for one in maps if "spark.properties" in (one.get("data") or {})]
    mine = [file for file in files if properties(file).get("spark.kubernetes.driver.pod.name", "").startswith(application)]
    expect(len(mine) == 1, f"{len(mine)} of {len(files)} properties files are of {application}")
    found = lacking_keys("property", spec["sparkConf"], properties(mine[0]))
    expect(spec["sparkConf"] and not found, lambda: "\n".join(found))


def properties(text):
    """As java.util.Properties writes them: one a line, with a backslash before what would mean something."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [re.split(r"(?<!\\)=", line, maxsplit=1) for line in lines]
    return {unescaped(pair[0]): unescaped(pair[-1]) for pair in pairs}


def unescaped(text):
    return re.sub(r"\\(.)", r"\1", text)


def found(api, namespace, pod):
    """A monitor selects the driver and names a port that it has; a network policy covers it."""
    labels, ports = pod["metadata"]["labels"], {port.get("name") for one in pod["spec"]["containers"] for port in one.get("ports", [])}
    monitors = [one for one in api.items(f"/apis/monitoring.coreos.com/v1/namespaces/{namespace}/podmonitors") if selects(one["spec"]["selector"], labels)]
    expect(monitors, "no PodMonitor selects the driver")
    named = {endpoint["port"] for one in monitors for endpoint in one["spec"]["podMetricsEndpoints"]}
    expect(named <= ports, f"the PodMonitor reads {sorted(named)}, the driver has {sorted(map(str, ports))}")
    policies = api.items(f"/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies")
    # One that selects every pod allows nothing that a driver needs.
    own = [one for one in policies if one["spec"]["podSelector"] and selects(one["spec"]["podSelector"], labels)]
    expect(own, f"none of {len(policies)} network policies is the driver's own")
