#!/usr/bin/env python3
"""Apply every recipe to every recorded render of the upstream charts that it concerns.

    recipes_upstream.py LAKEHELM SHARED

SHARED holds upstream/<chart>/<version>/rendered.yaml and crds/, and helm/stdin/<chart>.helm{3,4}.yaml, what the two Helms
wrote to a post-renderer. A recipe must apply, at least one document must change, every other document must keep its bytes, and
what changed must be valid under Kubernetes' schemas and the CRDs of that version (faults that were there before do not count).
tests/fixtures/recipes/upstream.yaml says what is used how. Prints a table recipe x chart version; exits 1 on a fault.
"""

import functools
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
import yaml
from objects import schemas

# The same values as the plain one, in a tenth of the time; the CRDs are large.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
USES = Path(__file__).resolve().parent.parent / "fixtures" / "recipes" / "upstream.yaml"
RECORDED = {"flink-kubernetes-operator": "flink-op", "fluss": "fluss", "polaris": "polaris", "spark-operator": "spark-op"}


def streams(shared, chart):
    """(version, stream, is a tested version, folder of its CRDs) of a chart, oldest first."""
    folders = sorted((shared / "upstream" / chart).iterdir())
    for folder in folders:
        yield folder.name, folder / "rendered.yaml", True, folder / "crds"
    for helm in (3, 4):
        # Recorded from a state between two releases: held to the newest CRDs, admitted with anyVersion.
        name = f"{RECORDED[chart]}.helm{helm}.yaml"
        yield f"helm{helm} stdin", shared / "helm" / "stdin" / name, False, folders[-1] / "crds"


def documents(text):
    """The documents of a stream, by what they are."""
    found = {}
    for part in re.split(r"^---[ \t]*\n", text, flags=re.M):
        value = yaml.load(part, LOADER)
        if isinstance(value, dict) and value.get("kind"):
            metadata = value.get("metadata", {})
            # A recipe may move an object, so its namespace is not part of what it is; two of one name are told apart by order.
            key = (value["apiVersion"], value["kind"], metadata.get("name"))
            found.setdefault(key, []).append((part, value))
    return {(*key, at): document for key, group in found.items() for at, document in enumerate(group)}


@functools.cache
def definitions(folder):
    """Validators of the custom resources that a version defines."""
    found = {}
    for file in sorted(folder.iterdir()) if folder.is_dir() else []:
        for crd in filter(None, yaml.load_all(file.read_text(encoding="utf-8"), LOADER)):
            spec = crd["spec"]
            for version in spec["versions"]:
                schema = schemas.strict(version["schema"]["openAPIV3Schema"])
                schema.setdefault("properties", {}).update(apiVersion={}, kind={}, metadata={})
                found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = jsonschema.Draft7Validator(schema)
    return found


def faults(value, customs):
    """What schemas say against an object; a kind without a schema is a fault of this script."""
    key = value["apiVersion"], value["kind"]
    if key in customs:
        validators = [customs[key]]
    elif value["apiVersion"].startswith("cert-manager.io/"):
        validators = [schemas.customs()[key][0]]
    else:
        validators = [schemas.builtin(version, *key) for version in schemas.KUBERNETES]
    if None in validators:
        return {f"no schema for {key}"}
    return {
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:160]}"
        for validator in validators
        for error in validator.iter_errors(value)
    }


def prepared(use, stream, resources):
    text = stream.read_text(encoding="utf-8").rstrip("\n") + "\n" + resources
    if insert := use.get("insert"):
        line = insert["behind"] + "\n"
        if line not in text:
            raise SystemExit(f"{stream}: no line {insert['behind']!r}")
        text = text.replace(line, line + insert["text"], 1)
    return text


def check(lakehelm, use, text, tested, customs):
    """Faults of one recipe on one stream, and the number of changed documents."""
    entry = {"name": use["recipe"], "with": use["with"]}
    entry |= {"target": use["target"]} if "target" in use else {}
    entry |= {} if tested else {"anyVersion": True}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
        yaml.safe_dump(
            {"apiVersion": "lakehelm.dev/v1alpha1", "kind": "PostRender", "recipes": [entry]}, config, sort_keys=False
        )
        config.flush()
        command = [lakehelm, "post-render", "-c", config.name]
        run = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=False)
    if run.returncode:
        return [run.stderr.strip()], 0
    before, after = documents(text), documents(run.stdout)
    found, changed = [], 0
    for key, (part, value) in before.items():
        if key not in after:
            changed += 1
            continue
        new_part, new = after[key]
        if new == value:
            if new_part.rstrip("\n") != part.rstrip("\n"):
                found.append(f"{key}: the value is the same, the bytes are not")
            continue
        changed += 1
        found += [f"{key}: {fault}" for fault in faults(new, customs) - faults(value, customs)]
    if new := after.keys() - before.keys():
        found.append(f"objects that nobody asked for: {sorted(new)}")
    if not changed:
        found.append("nothing changed")
    return found, changed


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    lakehelm, shared = sys.argv[1], Path(sys.argv[2])
    table = yaml.safe_load(USES.read_text(encoding="utf-8"))
    failed = 0
    for chart in RECORDED:
        versions = [(*stream, definitions(stream[3])) for stream in streams(shared, chart)]
        print(f"\n{chart}\n{'':22}" + "".join(f"{version:>14}" for version, *_ in versions))
        for use in table["uses"]:
            wanted = use["charts"].get(chart)
            if not wanted:
                continue
            cells, lines = [], []
            for version, stream, tested, _, customs in versions:
                if wanted != "all" and version not in wanted:
                    cells.append("-")
                    continue
                text = prepared(use, stream, table["resources"].get(chart, ""))
                found, changed = check(lakehelm, use, text, tested, customs)
                cells.append("FAULT" if found else f"{changed} changed")
                lines += [f"  {version}: {fault}" for fault in found]
            print(f"{use['recipe']:22}" + "".join(f"{cell:>14}" for cell in cells))
            print("".join(f"{line}\n" for line in lines), end="")
            failed += bool(lines)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
