"""Pods that an object makes, whatever its kind: where the pod specification stands and what is special about it."""

from dataclasses import dataclass, field

TEMPLATES = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}


@dataclass
class Pod:
    path: str
    spec: dict
    labels: dict
    volumes: set
    # Containers whose image and resources the custom resource gives elsewhere.
    managed: set = field(default_factory=set)
    # A part of a pod that is merged with others: what it does not say may stand in another part.
    partial: bool = False

    @property
    def containers(self):
        for kind in ("initContainers", "containers"):
            for at, container in enumerate(self.spec.get(kind) or []):
                yield f"{self.path}/{kind}/{at}", container


def names(items):
    return {item.get("name") for item in items or []}


def dig(node, *path):
    for key in path:
        node = (node or {}).get(key)
    return node


def pods(obj):
    document = obj.document
    if obj.kind == "Pod":
        yield Pod("spec", document["spec"], obj.metadata.get("labels") or {}, names(document["spec"].get("volumes")))
    elif obj.kind in TEMPLATES:
        template = dig(document, *TEMPLATES[obj.kind]) or {}
        spec = template.get("spec") or {}
        claims = {dig(claim, "metadata", "name") for claim in dig(document, "spec", "volumeClaimTemplates") or []}
        labels = dig(template, "metadata", "labels") or {}
        yield Pod("/".join(TEMPLATES[obj.kind]) + "/spec", spec, labels, names(spec.get("volumes")) | claims)
    elif obj.kind == "FlinkDeployment":
        yield from flink_pods(document["spec"], "spec")
    elif obj.kind == "FlinkBlueGreenDeployment":
        yield from flink_pods(dig(document, "spec", "template", "spec") or {}, "spec/template/spec")
    elif obj.kind == "SparkApplication":
        yield from spark_pods(document["spec"], "spec")
    elif obj.kind == "ScheduledSparkApplication":
        yield from spark_pods(document["spec"]["template"], "spec/template")


def flink_pods(spec, path):
    """Three layers: the common template and one for each kind of manager, merged by the operator."""
    common = spec.get("podTemplate") or {}
    shared = names(dig(common, "spec", "volumes"))
    for role in ("", "jobManager", "taskManager"):
        template = dig(spec, role, "podTemplate") if role else common
        if not role or template:
            own = dig(template, "spec") or {}
            where = f"{path}/{role}/podTemplate/spec" if role else f"{path}/podTemplate/spec"
            volumes = names(own.get("volumes")) | shared
            yield Pod(where, own, {}, volumes, {"flink-main-container"}, partial=bool(role))


def spark_pods(spec, path):
    """Driver and executor: a container's fields and a pod's stand side by side."""
    volumes = names(spec.get("volumes"))
    for role in ("driver", "executor"):
        part = spec.get(role) or {}
        container = {"name": f"spark-{role}", "image": part.get("image") or spec.get("image")}
        container |= {key: part[key] for key in ("env", "envFrom", "volumeMounts", "securityContext") if key in part}
        pod = {
            "securityContext": part.get("podSecurityContext"),
            "containers": [container, *(part.get("sidecars") or [])],
            "initContainers": part.get("initContainers") or [],
            "volumes": spec.get("volumes") or [],
            "serviceAccountName": part.get("serviceAccount"),
        }
        template = dig(part, "template", "spec") or {}
        pod |= {key: value for key, value in template.items() if key not in ("containers", "initContainers")}
        yield Pod(f"{path}/{role}", pod, {}, volumes | names(template.get("volumes")), {container["name"]})
