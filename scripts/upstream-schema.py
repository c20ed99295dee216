#!/usr/bin/env python3
"""Derive the shape of an upstream chart's values: which keys exist and of what type.

    scripts/upstream-schema.py polaris-1.7.0.tgz > chart-templates/polaris/upstream/polaris-1.7.0.schema.json

Upstream charts accept misspelt keys in silence, so `lakehelm generate` holds the values it maps against this shape.
Sources, strongest first: the chart's own values.schema.json (without its prose), the defaults in values.yaml, and the
`.Values` paths its templates read. A map with keys is closed, an empty or null default is free. Needs PyYAML.
"""

import json
import re
import sys
import tarfile

import yaml

# Passed through to Kubernetes or to a configuration file: any key is right, whatever the defaults name.
FREE = {
    "advancedConfig", "affinity", "annotations", "attributes", "categories", "configurationOverrides",
    "containerSecurityContext", "features", "issuerRef", "labels", "livenessProbe", "nodeSelector",
    "operatorSecurityContext", "podMetricsEndpoint", "podSecurityContext", "readinessProbe", "resources",
    "securityContext", "startupProbe", "strategy", "webhookSecurityContext",
}  # fmt: skip
INT_OR_STRING = {"minAvailable", "maxUnavailable", "targetPort"}
# The part of draft-07 that Helm 3, Helm 4 and editors read alike.
KEYWORDS = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "pattern", "minimum",
    "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "oneOf", "anyOf",
}  # fmt: skip


def read_chart(path):
    """Values, schema or None, and the text of all templates of a packed chart."""
    values, schema, templates = None, None, []
    with tarfile.open(path) as archive:
        for member in archive:
            name = member.name.split("/", 1)[-1]
            if not member.isfile() or name.startswith("charts/"):
                continue
            if name == "values.yaml":
                values = yaml.safe_load(archive.extractfile(member))
            elif name == "values.schema.json":
                schema = json.load(archive.extractfile(member))
            elif name.startswith("templates/"):
                templates.append(archive.extractfile(member).read().decode())
    if values is None:
        sys.exit(f"upstream-schema: {path} holds no values.yaml")
    return values, schema, "\n".join(templates)


def from_default(value, key=""):
    if isinstance(value, dict):
        if not value or key in FREE:
            return {"type": "object"}
        properties = {name: from_default(child, name) for name, child in value.items()}
        return {"type": "object", "properties": properties, "additionalProperties": False}
    if isinstance(value, list):
        return {"type": "array"}
    if key in INT_OR_STRING:
        return {"type": ["integer", "string", "null"]}
    # In Helm, null takes a default away.
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, kind):
            return {"type": [name, "null"]}
    return {}


def from_schema(node, key=""):
    """Upstream's own schema without descriptions; maps with named keys closed."""
    shape = {}
    for word, value in node.items():
        if word not in KEYWORDS:
            continue
        if word == "properties":
            value = {name: from_schema(child, name) for name, child in value.items()}
        elif word in ("oneOf", "anyOf"):
            value = [from_schema(child) for child in value]
        elif word in ("items", "additionalProperties") and isinstance(value, dict):
            value = from_schema(value)
        shape[word] = value
    if shape.get("properties") and key not in FREE:
        shape.setdefault("additionalProperties", False)
    return shape


def join(strong, weak):
    """Keys that only the weaker source knows are added; types stay those of the stronger one."""
    if "properties" not in weak or "properties" not in strong:
        return
    for name, child in weak["properties"].items():
        if name in strong["properties"]:
            join(strong["properties"][name], child)
        else:
            strong["properties"][name] = child


PLAIN = re.compile(r"\.Values((?:\.\w+)+)")
BY_NAME = re.compile(r'(?:index|hasKey) \(?\$?\.Values((?:\.\w+)*)\)?((?: +"[^"\s]+")+)')


def read_by_templates(text):
    for match in PLAIN.finditer(text):
        yield match[1].split(".")[1:]
    for match in BY_NAME.finditer(text):
        yield match[1].split(".")[1:] + re.findall(r'"([^"]+)"', match[2])


def add_path(shape, path):
    for at, name in enumerate(path):
        if "properties" not in shape:
            return
        if name not in shape["properties"]:
            last = at == len(path) - 1
            new = {"type": "object", "properties": {}, "additionalProperties": False}
            shape["properties"][name] = {} if last else new
        shape = shape["properties"][name]


def derive(values, schema, templates):
    shape = from_default(values)
    if schema:
        weak, shape = shape, from_schema(schema)
        join(shape, weak)
    for path in read_by_templates(templates):
        add_path(shape, path)
    shape["properties"]["global"] = {"type": "object"}
    return ordered({"$schema": "http://json-schema.org/draft-07/schema#", **shape})


def ordered(node):
    """Property names sorted, so that a new chart version gives a readable diff."""
    if isinstance(node, dict):
        out = {key: ordered(value) for key, value in node.items()}
        if isinstance(out.get("properties"), dict):
            out["properties"] = dict(sorted(out["properties"].items()))
        return out
    return [ordered(item) for item in node] if isinstance(node, list) else node


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(json.dumps(derive(*read_chart(sys.argv[1])), indent=1))
