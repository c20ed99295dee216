"""A Spark distribution without its examples: spark-submit, and the jars of the base image."""

import io
import json
import shutil
import tarfile
from pathlib import Path

import fetch
from parts import cache

PINS = Path(__file__).with_name("pyspark.json")
# Measured: the package 434 MB, what is kept 460 MB.
MEGABYTES = 1000
# Folder of the package and where it goes; `deps` is what a distribution has beside its Python library.
KEPT = {"deps/bin/": "bin/", "deps/sbin/": "sbin/", "deps/jars/": "jars/", "pyspark/": "python/pyspark/", "lib/": "python/lib/"}


def obtain():
    """The folder that SPARK_HOME names."""
    return cache.part("pyspark", cache.digest(PINS.read_bytes()), make, MEGABYTES)


def make(folder):
    pin = json.loads(PINS.read_text())
    fetch.say(f"pyspark {pin['version']}, 434 MB")
    with tarfile.open(fileobj=io.BytesIO(cache.package(pin, folder))) as archive:
        for member in archive:
            place = kept(member.name.partition("/")[2])
            if place and member.isfile():
                target = folder / place
                target.parent.mkdir(parents=True, exist_ok=True)
                with open(target, "wb") as file:
                    shutil.copyfileobj(archive.extractfile(member), file)
                if place.startswith(("bin/", "sbin/")):
                    target.chmod(0o755)


def kept(name):
    return next((to + name.removeprefix(prefix) for prefix, to in KEPT.items() if name.startswith(prefix)), None)
