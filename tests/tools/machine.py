#!/usr/bin/env python3
"""Programs that the tests take from the machine, and the Debian packages that bring them.

Without arguments it names what is missing and the line that installs it, and ends with 1 when something is.
With --install it runs that line first; that takes root and apt-get.
"""

import argparse
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "bash": "bash",
    "curl": "curl",
    "envsubst": "gettext-base",
    "git": "git",
    "initdb": "postgresql",
    "ip": "iproute2",
    "java": "default-jdk-headless",
    "javac": "default-jdk-headless",
    "mount": "mount",
    "mvn": "maven",
    "node": "nodejs",
    "npm": "npm",
    "nsenter": "util-linux",
    "openssl": "openssl",
    "psql": "postgresql-client",
    # What pods run, also where another Python comes first.
    "/usr/bin/python3": "python3",
}
# The least version of what may be too old: Flink 2 and Spark 4 are made for Java 17, the language server for Node 20.
LEAST = {"java": (17, "-version"), "javac": (17, "-version"), "node": (20, "--version")}
# Java may say first which options it has picked up from the environment.
VERSION = re.compile(r'(?:version "|^javac |^v)(\d+[\d.]*)', re.MULTILINE)
MODULES = {"ensurepip": "python3-venv", "pip": "python3-pip"}


class Missing(Exception):
    """Programs that are not there or too old; the text says how to get them."""


def there(program):
    # Debian keeps the programs of a PostgreSQL server out of PATH.
    return bool(shutil.which(program) or list(Path("/usr/lib/postgresql").glob(f"*/bin/{program}")))


def missing(programs=tuple(PACKAGES)):
    """Names of what is not there, each with its package."""
    importlib.invalidate_caches()
    found = {program: PACKAGES[program] for program in programs if not there(program)}
    return found | {f"python3 -m {name}": package for name, package in MODULES.items() if not importlib.util.find_spec(name)}


def too_old(programs):
    """What is there in a version that is too low, in words."""
    for program in programs:
        least, option = LEAST.get(program, (0, ""))
        if least:
            said = subprocess.run([program, option], capture_output=True, text=True)
            version = VERSION.search(said.stdout + said.stderr)
            if not version or int(version[1].partition(".")[0]) < least:
                yield f"{shutil.which(program)} is {version[1] if version else 'of no known version'}, wanted {least} or newer"


def command(packages):
    return ["apt-get", "install", "--yes", "--no-install-recommends", *sorted(set(packages))]


def require(programs):
    """Fails with the names and the line that installs them."""
    if lacking := missing(sorted(set(programs))):
        line = " ".join(command(lacking.values()))
        raise Missing(f"not on this machine: {', '.join(lacking)}. On Debian, as root: {line} (or tests/tools/machine.py --install)")
    if old := list(too_old(programs)):
        raise Missing(f"{'; '.join(old)}: install a newer one, or put it first in PATH")


def install():
    lacking = missing()
    if not lacking or os.getuid() or not shutil.which("apt-get"):
        return
    print(f"machine: installs {', '.join(sorted(set(lacking.values())))} for {', '.join(lacking)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for line in (["apt-get", "update", "--quiet=2"], [*command(lacking.values()), "--quiet=2"]):
        subprocess.run(line, env=environment, stdin=subprocess.DEVNULL, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true", help="install what is missing")
    if parser.parse_args().install:
        install()
    require(PACKAGES)


if __name__ == "__main__":
    try:
        main()
    except (Missing, OSError, subprocess.CalledProcessError) as fault:
        sys.exit(f"machine: {fault}")
