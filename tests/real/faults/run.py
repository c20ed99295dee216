#!/usr/bin/env python3
"""Faults put into generated files, one at a time: each must make its suite fail, with the failure that is expected.

faults.yaml is the table. LAKEHELM_BIN names the program, as for the suites. By hand: a fault takes from 20 s to 4 minutes, several run at a time.
With --fits no suite runs: each edit must only be possible in what is generated, so that the table does not go stale.
Exit code 0: every fault was caught; 1: one was not, or its edit fits no generated file.
"""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path[:0] = [str(HERE.parent), str(ROOT / "tests" / "tools")]
sys.dont_write_bytecode = True
# Seconds after which a release or a pod counts as not ready; servers start slower than pods of the fake kubelet.
PATIENCE = {"kubernetes": 45, "operators": 45}
PATIENCE_WITH_SERVERS = 150


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="TEXT", default="", help="only faults whose name, kind or suite holds TEXT")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), metavar="N", help="faults at a time; each is one scenario of a suite")
    parser.add_argument("--fits", action="store_true", help="only look whether each edit can be made")
    parser.add_argument("--show", action="store_true", help="also print what the suite says about each fault, to choose `says` from")
    parser.add_argument("--list", action="store_true", help="print the table and run nothing")
    return parser.parse_args()


def main():
    chosen = arguments()
    from run import tools

    tools()
    import yaml

    from bench import program

    table = yaml.safe_load((HERE / "faults.yaml").read_text())
    faults = [one for one in table if any(chosen.only in one[key] for key in ("name", "kind", "suite"))]
    if chosen.list:
        for one in faults:
            print(f"{one['suite']:12} {one['kind']:18} {one['name']}")
        sys.exit(0)
    lakehelm = program(ROOT)
    started = time.monotonic()
    if chosen.fits:
        passed = sum(fitting([one for one in faults if one["values"] == values], values, lakehelm) for values in {one["values"] for one in faults})
    else:
        # The suites that take longest first, so that none is left alone at the end.
        faults.sort(key=lambda one: one["suite"] not in ("flink", "spark"))
        with concurrent.futures.ThreadPoolExecutor(chosen.jobs) as pool:
            passed = sum(pool.map(lambda one: caught(one, lakehelm, chosen.show), faults))
    print(f"{time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {len(faults) - passed} failed")
    sys.exit(passed < len(faults) or not faults)


def fitting(faults, values, lakehelm):
    """How many of the edits can be made in what one values file generates."""
    with tempfile.TemporaryDirectory(prefix="lakehelm-fault-") as folder:
        command = [lakehelm, "generate", "-f", ROOT / values, "--catalog", ROOT / "chart-templates", "--output", folder]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"lakehelm generate failed for {values}:\n{done.stderr}")
        lacking = [one for one in faults if not any(one["replace"] in file.read_text() for file in Path(folder).glob(one["file"]))]
    for fault in lacking:
        print(f"FAIL  {fault['name']}: no file {fault['file']} of {values} holds {fault['replace']!r}", flush=True)
    return len(faults) - len(lacking)


def seeded(fault, lakehelm, log):
    """The environment in which the program is program.sh."""
    own = {"LAKEHELM_BIN": HERE / "program.sh", "SEEDED_PROGRAM": lakehelm, "SEEDED_FAULT": json.dumps(fault), "SEEDED_LOG": log}
    return {**os.environ, **{name: str(value) for name, value in own.items()}}


def caught(fault, lakehelm, show):
    from servers.process import bound_to_parent

    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lakehelm-fault-") as folder:
        log, result = Path(folder) / "seeded", Path(folder) / "result.json"
        log.touch()
        patience = PATIENCE.get(fault["suite"], PATIENCE_WITH_SERVERS)
        command = [sys.executable, HERE.parent / "run.py", "--only", fault["scenario"], "--brief", "--first", "--patience", str(patience)]
        command += ["--result", result, fault["suite"]]
        # An end of this program ends the suites too.
        done = subprocess.run(command, env=seeded(fault, lakehelm, log), capture_output=True, text=True, preexec_fn=bound_to_parent)
        changed = log.read_text()
        # What stops a suite before its checks, such as a jar that is not the listed one, counts by its message.
        said = done.stdout.partition("\nFAIL  ")[2].partition("\n== ")[0] or done.stderr.strip()
        failures = json.loads(result.read_text())["failures"] if result.exists() else [done.stderr.strip()]
    if not changed:
        found = f"no generated {fault['file']} holds {fault['replace']!r}"
    elif not done.returncode:
        found = f"{fault['suite']} passed"
    elif not any(fault["caught"] in failure for failure in failures):
        found = f"failed otherwise: {failures}\n{done.stdout[-1500:]}"
    elif fault.get("says", "") not in said:
        found = f"not said: {fault['says']!r}\n{said}"
    else:
        print(f"ok    {fault['name']} ({time.monotonic() - started:.0f} s)" + (f"\n{said}" if show else ""), flush=True)
        return True
    print(f"FAIL  {fault['name']}: {found}", flush=True)
    return False


if __name__ == "__main__":
    main()
