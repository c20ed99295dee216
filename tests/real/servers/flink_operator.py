"""What the Flink operator makes of its objects, as far as the session cluster and its jobs need it: no registry has the operator.

Leader election and checkpoint pointers of type `kubernetes` would need its API, so suites choose `zookeeper`. Everything else of
a FlinkDeployment reaches the processes as it is.
"""

import copy
import json
import urllib.error
import urllib.request
import uuid

import yaml

from fault import Fault

MAIN = "flink-main-container"
PORTS = {"rest": 8081, "rpc": 6123, "blob": 6124}
ROLES = {"jobmanager": "", "taskmanager": "-taskmanager"}


def add_session(objects, image_root):
    """Pods, Service and configuration of each FlinkDeployment; `image_root` holds the configuration of the image."""
    for session in [one for one in objects if one["kind"] == "FlinkDeployment"]:
        name, namespace = session["metadata"]["name"], session["metadata"]["namespace"]
        text = yaml.safe_dump(configuration(session, image_root), width=100000)
        objects.append(entity("ConfigMap", f"flink-config-{name}", namespace, data={"config.yaml": text}))
        for role, suffix in ROLES.items():
            objects.append(entity("Deployment", name + suffix, namespace, spec={"replicas": 1, "template": template(session, role)}))
        selector = {"app": name, "component": "jobmanager"}
        for service, ports in ((f"{name}-rest", ["rest"]), (name, ["rpc", "blob"])):
            listed = [{"name": port, "port": PORTS[port]} for port in ports]
            objects.append(entity("Service", service, namespace, spec={"selector": selector, "ports": listed}))


def entity(kind, name, namespace, **content):
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace}, **content}


def configuration(session, image_root):
    """The keys of the object, and those that the operator and its kind of deployment add."""
    spec, name, namespace = session["spec"], session["metadata"]["name"], session["metadata"]["namespace"]
    if spec["flinkConfiguration"].get("high-availability.type") == "kubernetes":
        raise Fault("high availability of type kubernetes needs a Kubernetes API")
    java = yaml.safe_load((image_root / "opt/flink/conf/config.yaml").read_text())["env"]["java"]["opts"]["all"]
    return {
        **spec["flinkConfiguration"],
        "jobmanager.memory.process.size": spec["jobManager"]["resource"]["memory"],
        "taskmanager.memory.process.size": spec["taskManager"]["resource"]["memory"],
        "jobmanager.rpc.address": f"{name}.{namespace}", "jobmanager.rpc.port": PORTS["rpc"], "blob.server.port": PORTS["blob"],
        "jobmanager.bind-host": "0.0.0.0", "taskmanager.bind-host": "0.0.0.0", "rest.bind-address": "0.0.0.0",
        # Without them Java 17 stops Flink in Kryo and in the S3 file system.
        "env.java.opts.all": java,
    }


def template(session, role):
    """The common pod template and that of the role, merged by names, with what starts the role."""
    spec, name = session["spec"], session["metadata"]["name"]
    own = spec["jobManager" if role == "jobmanager" else "taskManager"].get("podTemplate", {})
    pod = merged(spec.get("podTemplate", {}), own)
    pod.setdefault("metadata", {}).setdefault("labels", {}).update({"app": name, "component": role})
    container = next(one for one in pod["spec"]["containers"] if one["name"] == MAIN)
    container["image"] = spec["image"]
    container["command"] = [f"/opt/flink/bin/{role}.sh", "start-foreground"]
    if role == "jobmanager":
        container.setdefault("ports", []).extend({"name": port, "containerPort": number} for port, number in PORTS.items())
        container["readinessProbe"] = {"httpGet": {"path": "/overview", "port": "rest"}}
    container.setdefault("volumeMounts", []).append({"name": "flink-config", "mountPath": "/opt/flink/conf/config.yaml", "subPath": "config.yaml"})
    pod["spec"].setdefault("volumes", []).append({"name": "flink-config", "configMap": {"name": f"flink-config-{name}"}})
    return pod


def merged(base, over):
    """As the operator merges pod templates with merge-arrays-by-name."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {key: merged(base[key], over[key]) if key in base and key in over else copy.deepcopy({**base, **over}[key]) for key in {**base, **over}}
    if isinstance(base, list) and isinstance(over, list) and all(isinstance(one, dict) and "name" in one for one in [*base, *over]):
        names = dict.fromkeys(one["name"] for one in [*base, *over])
        find = lambda entries, name: next((one for one in entries if one["name"] == name), {})
        return [merged(find(base, name), find(over, name)) for name in names]
    return copy.deepcopy(over)


def submit(session, job, jar):
    """Uploads the jar and starts the FlinkSessionJob at the REST address of its session; the id of the job."""
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="jarfile"; filename="{job["metadata"]["name"]}.jar"\r\n'
    body = head.encode() + b"Content-Type: application/x-java-archive\r\n\r\n" + jar + f"\r\n--{boundary}--\r\n".encode()
    uploaded = request(f"{session}/jars/upload", body, f"multipart/form-data; boundary={boundary}")["filename"].rpartition("/")[2]
    spec = job["spec"]
    run = {
        "entryClass": spec["job"]["entryClass"], "programArgsList": spec["job"]["args"], "parallelism": spec["job"]["parallelism"],
        "flinkConfiguration": {**spec.get("flinkConfiguration", {}), "pipeline.name": job["metadata"]["name"]},
    }
    return request(f"{session}/jars/{uploaded}/run", json.dumps(run).encode(), "application/json")["jobid"]


def request(address, body, kind):
    asked = urllib.request.Request(address, body, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(asked, timeout=180) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        raise Fault(f"{address} answered {refusal.code}: {refusal.read().decode()[-2000:]}") from None
