"""A binary distribution of Polaris that somebody provides: POLARIS_DIST names polaris-bin-VERSION.tgz. No registry has it."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from fault import Fault
from parts import cache
from servers.images import KNOWN

SERVER, ADMIN = "server/quarkus-run.jar", "admin/quarkus-run.jar"
JAVA = 21


def given():
    return os.environ.get("POLARIS_DIST", "")


def obtain():
    archive = Path(given())
    if not archive.is_file():
        raise Fault(f"POLARIS_DIST names {archive}, which is no file")
    key = cache.digest(archive.read_bytes())
    return cache.part("polaris", key, lambda folder: unpack(archive, folder), 400)


def unpack(archive, folder):
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "unpacked", filter="data")
    (home,) = (folder / "unpacked").iterdir()
    for jar in (SERVER, ADMIN):
        if not (home / jar).is_file():
            raise Fault(f"{archive} holds no {jar}")
    shutil.move(home, folder / "deployments")
    start = folder / "opt/jboss/container/java/run/run-java.sh"
    start.parent.mkdir(parents=True)
    start.write_text(f'#!/bin/sh\nexec "$JAVA_HOME/bin/java" -Xmx256m -jar /deployments/{ADMIN} "$@"\n')
    start.chmod(0o755)


def image(folder, name):
    home = java()
    start = [f"{home}/bin/java", "-Xmx512m", "-jar", f"/deployments/{SERVER}"] if name == "apache/polaris" else []
    known = KNOWN[name]
    return type(known)(start, {"JAVA_HOME": home}, known.directory, known.owned, root=folder)


def java():
    """The home of a Java that the server runs on."""
    homes = [os.environ.get("JAVA_HOME"), *map(str, sorted(Path("/usr/lib/jvm").glob("*"), reverse=True))]
    for home in homes:
        if home and Path(home, "bin/java").exists() and version(home) >= JAVA:
            return home
    raise Fault(f"Polaris needs Java {JAVA} or newer: set JAVA_HOME")


def version(home):
    done = subprocess.run([f"{home}/bin/java", "-XshowSettings:properties", "-version"], capture_output=True, text=True)
    found = [line.partition("=")[2].strip() for line in done.stderr.splitlines() if "java.specification.version" in line]
    return int(found[0]) if found and found[0].isdigit() else 0
