"""Kubernetes' own schemas and those of the CRDs, both strict: an unknown field is a fault."""

import functools
import json
import re
from pathlib import Path

import jsonschema
import kubernetes_validate
import referencing
import yaml

# The oldest version the platform is checked against and the newest with a schema.
KUBERNETES = ("1.33", "1.37")
CRDS = Path(__file__).resolve().parents[2] / "fixtures" / "crds"


@functools.cache
def definitions(version):
    folder = f"kubernetes-json-schema/v{version}.0-local-strict"
    shared = kubernetes_validate.utils.schema_contents(f"{folder}/_definitions.json", version)
    return folder, referencing.Resource.from_contents(shared) @ referencing.Registry()


@functools.cache
def builtin(version, group_version, kind):
    """Validator of a kind that Kubernetes serves itself, or None."""
    folder, registry = definitions(version)
    short = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", group_version)
    try:
        schema = kubernetes_validate.utils.schema_contents(f"{folder}/{kind.lower()}-{short}.json", version)
    except FileNotFoundError:
        return None
    registry = referencing.Resource.from_contents(schema) @ registry
    return jsonschema.Draft202012Validator(schema, registry=registry)


def strict(node):
    """Close every object as the API server prunes it."""
    if not isinstance(node, dict):
        return node
    if node.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    node = {key: value for key, value in node.items() if key != "format"}
    if "properties" in node:
        node["properties"] = {name: strict(child) for name, child in node["properties"].items()}
        if not node.get("x-kubernetes-preserve-unknown-fields"):
            node.setdefault("additionalProperties", False)
    for key in ("items", "additionalProperties"):
        node[key] = strict(node[key]) if key in node else None
    if node.pop("nullable", False) and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    return {key: value for key, value in node.items() if value is not None}


@functools.cache
def customs():
    """{(group/version, kind): (validator, is namespaced)} of all CRDs in the fixtures."""
    found = {}
    for file in sorted(CRDS.glob("*.json")) + sorted(CRDS.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        spec = (json.loads(text) if file.suffix == ".json" else yaml.safe_load(text))["spec"]
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"].update(apiVersion={}, kind={}, metadata={})
            validator = jsonschema.Draft7Validator(schema)
            key = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
            found[key] = validator, spec["scope"] == "Namespaced"
    return found


CLUSTER_KINDS = {
    "APIService", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "IngressClass",
    "MutatingWebhookConfiguration", "Namespace", "PersistentVolume", "PriorityClass", "StorageClass",
    "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
}  # fmt: skip


def namespaced(obj):
    custom = customs().get((obj.group_version, obj.kind))
    return custom[1] if custom else obj.kind not in CLUSTER_KINDS


def faults(obj):
    """(code, text) of what the schemas say against an object."""
    custom = customs().get((obj.group_version, obj.kind))
    if custom:
        yield from described("", custom[0], obj)
        return
    for version in KUBERNETES:
        validator = builtin(version, obj.group_version, obj.kind)
        if validator is None:
            yield "no-schema", f"no schema of {obj.group_version} {obj.kind} for Kubernetes {version}"
        else:
            yield from described(f" (Kubernetes {version})", validator, obj)


def described(suffix, validator, obj):
    for error in validator.iter_errors(obj.document):
        path = "/".join(map(str, error.path)) or "/"
        yield "schema", f"{path}: {error.message[:300]}{suffix}"
