"""Keys of Polaris' configuration against the lists of its version: the server does not start with some unknown keys, and
passes over others and over unknown features in silence."""

import functools
import re
from pathlib import Path

import yaml

LISTS = Path(__file__).parents[3] / "chart-templates" / "polaris" / "data"
FILE = "application.properties"
# A feature for all realms, or for one.
FEATURE = re.compile(r'polaris\.features\.(?:realm-overrides\."[^"]+"\.)?"([^"]+)"')


def faults(obj):
    text = (obj.document.get("data") or {}).get(FILE) if obj.kind == "ConfigMap" else None
    version = (obj.metadata.get("labels") or {}).get("app.kubernetes.io/version")
    for line in (text or "").splitlines():
        key = line.partition("=")[0].strip()
        if key and not key.startswith("#"):
            feature = FEATURE.fullmatch(key)
            if feature and not known("features", version, feature[1]):
                yield "unknown-property", f"{FILE}: Polaris {version} has no feature {feature[1]}"
            elif not feature and not known("config", version, key):
                yield "unknown-property", f"{FILE}: Polaris {version} has no key {key}"


def known(what, version, key):
    """Whether the list has the key; those outside its closed prefixes are nobody's to judge."""
    names = listed(what, version)
    return key in names["known"] or key in names["owned"] or is_below(key, names.get("open", ())) or not is_below(key, names["closed"])


def is_below(key, prefixes):
    return any(key.startswith(prefix) for prefix in prefixes)


@functools.cache
def listed(what, version):
    return yaml.safe_load((LISTS / f"{what}-{version}.yaml").read_text())
