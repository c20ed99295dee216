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

SUITES = ("machinery", "charts", "images", "kubernetes", "operators", "zookeeper-fluss", "flink", "polaris", "spark", "messages")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--charts", type=Path, metavar="DIR", help="upstream charts as <name>-<version>.tgz; else the project's stand-ins")
    parser.add_argument("--only", metavar="TEXT", default="", help="only scenarios whose name holds TEXT (such as `local, Helm 4`)")
    parser.add_argument("--brief", action="store_true", help="leave out what takes longest; each suite says what that is")
    parser.add_argument("--first", action="store_true", help="a scenario ends at its first failure")
    parser.add_argument("--patience", default="4m", metavar="TIME", help="how long a release may take to install (4m)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), metavar="N", help="scenarios at a time; each takes 1.1 GB of memory")
    parser.add_argument("--result", type=Path, metavar="FILE", help="also write what was counted and measured, as JSON")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all when none is named")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.suites if name not in SUITES]
    if unknown:
        parser.error(f"there is no suite {unknown[0]}; there are: {', '.join(SUITES)}")
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
    from bench import Bench
    from fault import Fault
    from suites.checks import Checks

    # A shell starts what runs in the background with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("real: ended by SIGTERM"))
    started = time.monotonic()
    checks = Checks(chosen.first)
    try:
        names = chosen.suites or SUITES
        suites = [importlib.import_module(f"suites.{name.replace('-', '_')}") for name in names]
        with tempfile.TemporaryDirectory(prefix="lakehelm-real-") as work:
            bench = Bench.prepare(ROOT, Path(work), found, chosen, suites)
            for name, suite in zip(names, suites):
                print(f"== {name}", flush=True)
                suite.run(bench, checks)
    except Fault as fault:
        sys.exit(f"real: {fault}")
    except KeyboardInterrupt:
        sys.exit("real: interrupted; everything that was started is stopped")
    if chosen.result:
        chosen.result.write_text(json.dumps(checks.result()))
    checks.report()
    print(f"{time.monotonic() - started:.0f} s")
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(bool(checks.failed or not checks.passed))


if __name__ == "__main__":
    main()
