"""The S3 server: MinIO, which speaks S3 and STS on one port."""

import platform
from pathlib import Path

import fetch
from fault import Fault
from parts import cache, go

SOURCE = Path(__file__).parent / "s3"
# Measured: modules 0.5 GB, build cache 1.2 GB, toolchain 0.3 GB.
MEGABYTES = 2500


def obtain():
    """The folder that holds the program `minio`."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Fault("the S3 server is built for Linux on x86-64 only")
    sources = [file.read_bytes() for file in sorted(SOURCE.iterdir())]
    key = cache.digest(Path(go.__file__).with_name("go.json").read_bytes(), *sources)
    return cache.part("s3", key, make, MEGABYTES)


def make(folder):
    fetch.say("the S3 server is built once, about 6 minutes of processor time")
    go.build(SOURCE, folder / "minio", package="github.com/minio/minio")
