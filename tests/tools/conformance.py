#!/usr/bin/env python3
"""conformance.py RESULT.json LIST.txt [--write CASES]: the failing cases of a conformance run against the list of those that may fail.

Each line of the list is a case and the reason why another answer is right. Exit 1 when another case fails, or when a listed case passes.
--write brings the list up to date from the run; a new line names the class of the case in the folder CASES.
"""
import json
import pathlib
import sys

import yaml

if len(sys.argv) not in (3, 5) or (len(sys.argv) == 5 and sys.argv[3] != "--write"):
    sys.exit(__doc__)
result = json.loads(pathlib.Path(sys.argv[1]).read_text())
path = pathlib.Path(sys.argv[2])
failing = {pathlib.Path(case["case"]).name: case["why"] for case in result if not case["ok"]}
lines = path.read_text().splitlines() if path.exists() else []
if len(sys.argv) == 5:
    known = {line.split("  # ")[0]: line for line in lines if line and not line.startswith("#")}
    head = [line for line in lines if line.startswith("#")]
    for case in sorted(failing):
        meta = yaml.safe_load((pathlib.Path(sys.argv[4]) / case / "meta.yaml").read_text())
        head.append(known.get(case, f"{case}  # {meta['class'].removeprefix('quirk-')}"))
    path.write_text("\n".join(head) + "\n")
    sys.exit()
known = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}
new, passing = sorted(set(failing) - known), sorted(known - set(failing))
for case in new:
    print(f"fails, and is not in {path.name}: {case}: {failing[case]}")
for case in passing:
    print(f"passes now, take it out of {path.name}: {case}")
print(f"{len(result) - len(failing)} cases pass, {len(failing)} differ")
sys.exit(1 if new or passing else 0)
