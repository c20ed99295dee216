"""The project's stand-ins for upstream charts against renders of the real charts, both with default values.

The recordings lie outside the project: LAKEHELM_SHARED, else `../shared` beside the checkout.
"""

import os
import subprocess
from pathlib import Path

import yaml

from suites.checks import expect

PROGRAMS = ()
PARTS = []
# Chart, its version, the recording's folder, the release namespace of the recording.
CHARTS = [
    ("polaris", "1.7.0", "1.7.0", "polaris"),
    ("fluss", "0.9.1-incubating", "0.9.1", "fluss"),
    ("flink-kubernetes-operator", "1.15.0", "1.15.0", "technical-flink-operator"),
    ("spark-operator", "2.5.2", "2.5.2", "technical-spark-operator"),
]
# Texts that a stand-in has in words of its own.
OWN_WORDS = (
    "/data/password",
    "/data/server.yaml",
    "/data/config.yaml",
    "/data/flink-conf.yaml",
    "/data/log",
    "/checksum/config",
    "/command/2",
)


def scenarios(_):
    return {"upstream charts": run}


def run(bench, checks):
    shared = Path(os.environ.get("LAKEHELM_SHARED") or bench.root.parent / "shared") / "upstream"
    if not shared.is_dir():
        print(f"      not run: no recorded renders in {shared}; set LAKEHELM_SHARED", flush=True)
        return
    for name, version, recorded, namespace in CHARTS:
        with checks.that(f"{name} {version} renders what upstream renders"):
            compare(rendered(bench, name, version, namespace), (shared / name / recorded / "rendered.yaml").read_text())


def rendered(bench, name, version, namespace):
    helm = bench.helms["4.1.4"]
    done = subprocess.run(
        [helm, "template", name, bench.charts / f"{name}-{version}.tgz", "-n", namespace], capture_output=True, text=True
    )
    expect(done.returncode == 0, done.stderr)
    return done.stdout


def compare(ours, theirs):
    ours, theirs = leaves(ours), leaves(theirs)
    found = [
        f"{place}: upstream {theirs.get(place)!r}, stand-in {ours.get(place)!r}"
        for place in sorted(ours.keys() | theirs.keys())
        if ours.get(place) != theirs.get(place) and not any(own in place for own in OWN_WORDS)
    ]
    expect(theirs, "the recording is empty")
    expect(not found, lambda: "\n".join(found))


def leaves(manifest):
    """Every value of every object by its place; entries of lists that have a name are found by it."""
    places = {}
    for body in filter(None, yaml.safe_load_all(manifest)):
        meta = body["metadata"]
        collect(body, f"{body['kind']} {meta.get('namespace', '')}/{meta['name']} ", places)
    return places


def collect(value, place, places):
    if isinstance(value, dict) and value:
        for key, entry in value.items():
            collect(entry, f"{place}/{key}", places)
    elif isinstance(value, list) and value:
        for i, entry in enumerate(value):
            collect(entry, f"{place}/{entry.get('name', i) if isinstance(entry, dict) else i}", places)
    else:
        places[place] = value
