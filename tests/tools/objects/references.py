"""Objects that others name must be there, over all manifests of a platform together."""

from .pods import pods


def duplicates(objects):
    seen = {}
    for obj in objects:
        if obj.identity in seen:
            yield obj, "duplicate", f"stands in {seen[obj.identity].source} as well"
        seen.setdefault(obj.identity, obj)


def dangling(objects, namespaces, upstream):
    """ConfigMaps and ServiceAccounts that pods use. `namespaces`: release namespace by manifest, for objects without one.

    The post-renderer moves upstream objects to their namespaces, so for them the name must be found in any.
    """
    here = {(o.kind, o.metadata.get("namespace") or namespaces.get(o.file), o.metadata.get("name")) for o in objects}
    anywhere = {(kind, name) for kind, _, name in here}
    for obj in objects:
        namespace = obj.metadata.get("namespace") or namespaces.get(obj.file)
        for pod in pods(obj):
            for kind, name in used(pod, obj):
                found = (kind, name) in anywhere if obj.chart in upstream else (kind, namespace, name) in here
                if name and not found:
                    yield obj, "dangling-reference", f"{pod.path}: {kind} {namespace}/{name} is nowhere"


def nameless(objects):
    """StatefulSets whose Service is not headless: their pods have no DNS names."""
    headless = {
        (obj.metadata.get("namespace"), obj.metadata.get("name"))
        for obj in objects
        if obj.kind == "Service" and (obj.document.get("spec") or {}).get("clusterIP") == "None"
    }
    for obj in objects:
        service = (obj.document.get("spec") or {}).get("serviceName")
        if obj.kind == "StatefulSet" and (obj.metadata.get("namespace"), service) not in headless:
            yield obj, "headless-service", f"Service {service} is not there or not headless"


def used(pod, obj):
    for volume in pod.spec.get("volumes") or []:
        config = volume.get("configMap") or {}
        if not config.get("optional"):
            yield "ConfigMap", config.get("name")
        for source in (volume.get("projected") or {}).get("sources") or []:
            if not (source.get("configMap") or {}).get("optional"):
                yield "ConfigMap", (source.get("configMap") or {}).get("name")
    for _, container in pod.containers:
        for source in container.get("envFrom") or []:
            yield "ConfigMap", (source.get("configMapRef") or {}).get("name")
        for variable in container.get("env") or []:
            yield "ConfigMap", ((variable.get("valueFrom") or {}).get("configMapKeyRef") or {}).get("name")
    account = pod.spec.get("serviceAccountName")
    if obj.kind.startswith("Flink"):
        account = (obj.document.get("spec") or {}).get("serviceAccount")
    yield "ServiceAccount", account if account != "default" else None
