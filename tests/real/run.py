#!/usr/bin/env python3
"""Suites that feed what lakehelm generates to the software that will read it.

Parts come from package registries into the cache folder (LAKEHELM_TOOLS, else `lakehelm` under XDG_CACHE_HOME), once.
The program is LAKEHELM_BIN, else that of `cargo build --release`. Exit code 0: everything passed; 1: something did not.
"""

import argparse
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "tests" / "tools")]
sys.dont_write_bytecode = True

# In the order in which they start: what takes longest first, so that it is not left alone at the end.
SUITES = ("flink", "kubernetes", "messages", "spark", "operators", "zookeeper-fluss", "images", "polaris", "charts", "machinery")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--charts", type=Path, metavar="DIR", help="upstream charts as <name>-<version>.tgz; else the project's stand-ins")
    parser.add_argument("--only", metavar="TEXT", default="", help="only scenarios whose name holds TEXT (such as `local, Helm 4`)")
    parser.add_argument("--scenario", metavar="NAME", help="only the scenario of that whole name")
    parser.add_argument("--brief", action="store_true", help="leave out what takes longest; each suite says what that is")
    parser.add_argument("--first", action="store_true", help="a scenario ends at its first failure")
    parser.add_argument("--patience", type=int, metavar="SECONDS", help="how long a release may take to install (240), a pod to be ready (400)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), metavar="N", help="scenarios at a time; each takes 0.2 to 6 GB of memory")
    parser.add_argument("--result", type=Path, metavar="FILE", help="also write what was counted and measured, as JSON")
    parser.add_argument("--list", action="store_true", help="print suites and scenarios and run nothing")
    parser.add_argument("--parts", action="store_true", help="only fetch and build the parts that hang on no generated file")
    parser.add_argument("--part", metavar="NAME", help="only fetch or build this one: a part, or the name of a suite")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(sorted(SUITES))}; all when none is named")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.suites if name not in SUITES]
    if unknown:
        parser.error(f"there is no suite {unknown[0]}; there are: {', '.join(sorted(SUITES))}")
    return chosen


def tools():
    """The pinned programs; this program goes on in the project's Python environment."""
    done = subprocess.run([sys.executable, ROOT / "tests" / "tools" / "fetch.py"], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(1)
    found = json.loads(done.stdout)
    if os.path.realpath(sys.prefix) != os.path.realpath(Path(found["python"]).parent.parent):
        os.execv(found["python"], [found["python"], *sys.argv])
    return found


def main():
    chosen = arguments()
    found = tools()
    # Only the project's Python has what these import.
    from fault import Fault
    from machine import Missing
    from suites.checks import Checks

    # A shell starts what runs in the background with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("real: ended by SIGTERM"))
    started = time.monotonic()
    checks = Checks(chosen.first)
    try:
        run(chosen, found, checks)
    except (Fault, Missing) as fault:
        sys.exit(f"real: {fault}")
    except KeyboardInterrupt:
        sys.exit("real: interrupted; everything that was started is stopped")
    if chosen.result:
        chosen.result.write_text(json.dumps(checks.result()))
    checks.report()
    print(f"{time.monotonic() - started:.0f} s")
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(bool(checks.failed or not checks.passed))


def run(chosen, found, checks):
    """One scenario in this process, several each in a process of its own."""
    import side_by_side
    from bench import Bench, obtain
    from machine import require

    suites = {name: importlib.import_module(f"suites.{name.replace('-', '_')}") for name in SUITES if name in (chosen.suites or SUITES)}
    scenarios = [(name, one) for name, suite in suites.items() for one in suite.scenarios(chosen.brief) if wanted(chosen, one)]
    if chosen.list:
        print("\n".join(f"{name:16} {one}" for name, one in scenarios))
        sys.exit(0)
    require(program for suite in suites.values() for program in suite.PROGRAMS)
    with tempfile.TemporaryDirectory(prefix="lakehelm-real-") as folder:
        if chosen.part:
            obtain(ROOT, chosen.part, suites)
            sys.exit(0)
        if chosen.parts:
            side_by_side.parts(Path(folder), suites, checks)
        elif len(scenarios) > 1:
            side_by_side.scenarios(ROOT, Path(folder), chosen, suites, scenarios, checks)
        else:
            for name, scenario in scenarios:
                bench = Bench.prepare(ROOT, Path(folder), found, chosen, suites[name])
                print(f"== {name}", flush=True)
                suites[name].scenarios(chosen.brief)[scenario](bench, checks)


def wanted(chosen, scenario):
    return chosen.only in scenario and chosen.scenario in (None, scenario)


if __name__ == "__main__":
    main()
