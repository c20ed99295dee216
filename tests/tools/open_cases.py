#!/usr/bin/env python3
"""open_cases.py RESULT.json OPEN.txt: the failing cases of a conformance run against the list of those that are known to fail.

Exit 1 when another case fails, or when a listed case passes and has to leave the list.
"""
import json
import pathlib
import sys

if len(sys.argv) != 3:
    sys.exit(__doc__)
result = json.loads(pathlib.Path(sys.argv[1]).read_text())
lines = pathlib.Path(sys.argv[2]).read_text().splitlines()
known = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}
name = lambda case: pathlib.Path(case["case"]).name
failing = {name(case): case["why"] for case in result if not case["ok"]}
new = sorted(set(failing) - known)
passing = sorted(known - set(failing))
for case in new:
    print(f"fails, and is not in the list: {case}: {failing[case]}")
for case in passing:
    print(f"passes now, take it out of the list: {case}")
print(f"{len(result) - len(failing)} cases pass, {len(failing)} are open")
sys.exit(1 if new or passing else 0)
