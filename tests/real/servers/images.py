"""What a container image says of itself, as far as a pod needs it; the root file systems come from `parts/image.py`."""

import dataclasses
import signal
from dataclasses import dataclass, field
from pathlib import Path

PATH = "/image/bin:/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True)
class Image:
    """`root` may be None: only programs of the machine. `owned` folders belong to the user that the pod runs as."""

    entrypoint: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)
    directory: str = "/"
    owned: tuple = ()
    java: bool = False
    # What a kubelet ends its process with.
    stop_signal: signal.Signals = signal.SIGTERM
    root: Path | None = None
    # Files of the machine that the image has too: place to source.
    files: dict = field(default_factory=dict)

    def at(self, root, **files):
        return dataclasses.replace(self, root=root, files=files)


# By the name before the tag, as pods ask for them.
KNOWN = {
    "alpine/curl": Image(),
    "zookeeper": Image(["/docker-entrypoint.sh"], owned=("/conf",), java=True),
    "fluss-lakehouse": Image(environment={"FLUSS_HOME": "/opt/fluss"}, directory="/opt/fluss", owned=("/opt/fluss/conf",), java=True),
    "flink-lakehouse": Image(
        environment={"FLINK_HOME": "/opt/flink"}, directory="/opt/flink", owned=("/opt/flink/conf", "/opt/flink/log"), java=True
    ),
    "spark-lakehouse": Image(
        environment={"SPARK_HOME": "/opt/spark", "PYSPARK_PYTHON": "/usr/bin/python3"},
        directory="/opt/spark/work-dir", owned=("/opt/spark/work-dir",), java=True,
    ),
    "minio/minio": Image(["minio"]),
    # The server and the admin tool: the recorded stand-ins, or a distribution that somebody provides.
    "apache/polaris": Image(["/image/bin/polaris.py"], directory="/deployments", owned=("/deployments",)),
    "apache/polaris-admin-tool": Image(directory="/deployments", owned=("/deployments",)),
    # No images of the platform: what stands in for apache/polaris, and clients.
    "fluss-client": Image(),
    "iceberg-client": Image(["/image/bin/iceberg_client.py"], environment={"PYTHONPATH": "/opt/pyiceberg", "AWS_EC2_METADATA_DISABLED": "true"}),
    "catalog": Image(["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-cp", "/opt/catalog/classes:/opt/catalog/lib/*", "Catalog"]),
    # PostgreSQL waits for its clients to leave at SIGTERM, so its image names another.
    "postgres": Image(["docker-entrypoint.sh"], owned=("/var/run/postgresql",), stop_signal=signal.SIGINT),
}


def name_of(reference):
    """`registry.example.com/lakehouse/fluss-lakehouse:0.9.1@sha256:…` without registry, tag and digest; built images have one word."""
    path = reference.partition("@")[0]
    head, _, last = path.rpartition("/")
    last = last.partition(":")[0]
    return last if last in KNOWN else f"{head.rpartition('/')[2]}/{last}"
