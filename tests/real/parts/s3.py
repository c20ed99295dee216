"""The S3 server: MinIO, which speaks S3 and STS on one port."""

from pathlib import Path

import fetch
from parts import go

SOURCE = Path(__file__).parent / "s3"
# Measured: modules 0.5 GB, build cache 1.2 GB, toolchain 0.3 GB.
MEGABYTES = 2500


def obtain():
    """The folder that holds the program `minio`."""
    return go.part("s3", "the S3 server", SOURCE, make, MEGABYTES)


def make(folder):
    fetch.say("the S3 server is built once, about 6 minutes of processor time")
    go.build(SOURCE, folder / "minio", package="github.com/minio/minio")
