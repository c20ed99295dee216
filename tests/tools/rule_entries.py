#!/usr/bin/env python3
"""Find the entries of cross-field rules that no test holds: rule_entries.py LAKEHELM [CATALOGUE] [--only ID]

An entry is one item of `x-kubernetes-validations` in a component's schema. Each in turn is made true in a copy of the
catalogue; when every `tests/invalid` file that names its code is still refused as it says, the entry has no test of its own.
Prints those entries and exits 1 when there is one.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

RULES = "x-kubernetes-validations"


def entries(node):
    """(id, the node of its rule) of every entry below a node, in the order of the file."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == RULES:
                for item in value.value:
                    fields = {name.value: field for name, field in item.value}
                    yield fields["id"].value, fields["rule"]
            else:
                yield from entries(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from entries(item)


def without(text, rule):
    """The schema with one rule that always holds."""
    start, end = rule.start_mark.index, rule.end_mark.index
    return text[:start] + '"true"' + "\n" * text[start:end].endswith("\n") + text[end:]


def expectations(catalogue):
    """(file, codes, line of the first or None) of every test of a refusal."""
    for file in sorted(catalogue.glob("*/tests/invalid/*.yaml")):
        codes, _, line = file.read_text().splitlines()[0].removeprefix("# expect:").partition(" at ")
        yield file, [code.strip() for code in codes.split(",")], int(line) if line else None


def unmet(program, catalogue, tests):
    """The tests whose findings are not what their first lines say."""
    run = subprocess.run(
        [program, "validate", "--catalog", catalogue, "--format", "json", *[file for file, *_ in tests]],
        capture_output=True,
        text=True,
    )
    if run.returncode not in (0, 1):
        sys.exit(f"validate ended with {run.returncode}:\n{run.stderr}{run.stdout}")
    found = {}
    for finding in map(json.loads, run.stdout.splitlines()):
        found.setdefault(finding["file"], []).append(finding)
    for file, codes, line in tests:
        here = found.get(str(file), [])
        first = [finding["line"] for finding in here if finding["code"] == codes[0]]
        if not {*codes} <= {finding["code"] for finding in here} or line not in (None, *first[:1]):
            yield file


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", metavar="LAKEHELM")
    arguments.add_argument("catalogue", metavar="CATALOGUE", type=Path, nargs="?", default=Path("chart-templates"))
    arguments.add_argument("--only", metavar="ID", help="entries with this id")
    arguments = arguments.parse_args()
    seen = untested = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(arguments.catalogue, Path(folder) / "catalogue"))
        tests = list(expectations(copy))
        for file in unmet(arguments.program, copy, tests):
            sys.exit(f"{file.relative_to(copy)} fails before anything is changed")
        for schema in sorted([*copy.glob("*/schema.yaml"), *copy.glob("*/schema/*.yaml")]):
            text = schema.read_text()
            for code, rule in entries(yaml.compose(text)):
                if arguments.only not in (None, code):
                    continue
                seen += 1
                about = [test for test in tests if code in test[1]]
                schema.write_text(without(text, rule))
                if not about or not any(unmet(arguments.program, copy, about)):
                    untested += 1
                    words = re.sub(r"\s+", " ", rule.value)
                    print(f"{schema.relative_to(copy)}:{rule.start_mark.line + 1}: {code}: {words}", flush=True)
            schema.write_text(text)
    print(f"{seen} entries, {untested} without a test of their own", file=sys.stderr)
    return 1 if untested else 0


if __name__ == "__main__":
    sys.exit(main())
