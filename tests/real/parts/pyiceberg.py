"""PyIceberg, a client of Iceberg catalogs, with the packages that it needs: a folder for PYTHONPATH."""

import subprocess
import sys
from pathlib import Path

import fetch
from fault import Fault
from parts import cache

PINS = Path(__file__).with_name("pyiceberg.txt")
# Pods have the programs of the machine, so this one runs it.
PYTHON = "/usr/bin/python3"
# Measured: the packages 65 MB, unpacked 250 MB.
MEGABYTES = 500


def obtain():
    version = python()
    return cache.part("pyiceberg", cache.digest(PINS.read_bytes(), version.encode()), lambda folder: make(folder, version), MEGABYTES)


def python():
    """Version of the Python that pods have, such as 3.11."""
    try:
        statement = "import sys; print('%d.%d' % sys.version_info[:2])"
        return subprocess.run([PYTHON, "-c", statement], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as fault:
        raise Fault(f"pods need {PYTHON}: {fault}") from None


def make(folder, version):
    fetch.say("PyIceberg, 65 MB")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    command = [*pip, "--python-version", version, "--target", folder, "--requirement", PINS]
    try:
        fetch.run(list(map(str, command)), f"pip to install the packages of {PINS.name}")
    except fetch.Missing as fault:
        raise Fault(str(fault)) from None
