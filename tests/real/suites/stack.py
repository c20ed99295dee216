"""The servers of a platform on one node: images, platform, pods and the catalog that stands in for Polaris."""

import contextlib
import copy
import json
import subprocess
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

from fault import Fault
from parts import image, pyspark
from servers.images import KNOWN
from servers.node import Node
from suites.checks import expect
from suites.rendered import STARTER, Platform

# Of the machine: what makes and enters pods, and what their own scripts call.
PROGRAMS = ("bash", "curl", "envsubst", "ip", "java", "javac", "mount", "mvn", "nsenter", "/usr/bin/python3")
# What each root file system takes on disk while it is made, in MiB, jars of the store not counted.
MEGABYTES = {
    "zookeeper": 50, "fluss": 50, "flink-2.2": 1500, "flink-1.20": 1500, "spark": 1000, "catalog": 50, "fluss-client": 50,
    "postgres": 10, "polaris-mock": 10, "polaris-admin": 10,
}
# The part that is the base of each image, and the folder of its Dockerfile.
BUILT = {
    "fluss": ("fluss-lakehouse", "fluss"),
    "flink-2.2": ("flink-lakehouse", "flink"),
    "flink-1.20": ("flink-lakehouse", "flink"),
    "spark": ("spark-lakehouse", "spark"),
}
GIVEN = {"zookeeper": "zookeeper", "postgres": "postgres"}
GIVEN |= {"polaris-mock": "apache/polaris", "polaris-admin": "apache/polaris-admin-tool"}


def fetch(root, lakehelm, wanted, settings=()):
    """Makes root file systems, with what the generated Dockerfiles add. Their folders by `image-NAME`."""
    with tempfile.TemporaryDirectory(prefix="lakehelm-images-") as folder:
        command = [lakehelm, "generate", "-f", root / "values" / f"{STARTER}.yaml", "--catalog", root / "chart-templates", "--output", folder]
        done = subprocess.run([*map(str, command), *(word for one in settings for word in ("--set", one))], capture_output=True, text=True)
        if done.returncode:
            raise Fault(f"lakehelm generate failed:\n{done.stderr}")
        texts = {name: (Path(folder) / "images" / BUILT[name][1] / "Dockerfile").read_text() for name in wanted if name in BUILT}
    bases = {"spark": (pyspark.obtain(), "/opt/spark")} if "spark" in wanted else {}
    return {f"image-{name}": image.obtain(name, MEGABYTES[name], texts.get(name, ""), bases.get(name)) for name in wanted}


def images(bench, wanted):
    """What the node runs images with, by their names."""
    found = {"alpine/curl": KNOWN["alpine/curl"]}
    if "s3" in bench.parts:
        found["minio/minio"] = KNOWN["minio/minio"].at(None, **{"/image/bin/minio": bench.parts["s3"] / "minio"})
    for name in wanted:
        reference = BUILT[name][0] if name in BUILT else GIVEN.get(name)
        if reference:
            found[reference] = KNOWN[reference].at(bench.parts[f"image-{name}"])
    for name in {"catalog", "fluss-client"}.intersection(wanted):
        found[name] = KNOWN[name].at(bench.parts[f"image-{name}"])
    return found


@contextlib.contextmanager
def node(bench, wanted, settings=(), values=(), change=None):
    """A node with the pods of a platform, none started. `change` may alter the objects."""
    with tempfile.TemporaryDirectory(dir=bench.work) as folder:
        platform = Platform(bench, Path(folder), settings, values)
        objects = platform.objects
        if "catalog" in wanted:
            stand_in_for_polaris(objects)
        if change:
            change(objects)
        with Node(Path(folder) / "node", objects, images(bench, wanted), bench.patience or 400) as started:
            started.platform = platform
            yield started


def stand_in_for_polaris(objects):
    """The Deployment of Polaris runs the image `catalog`, with the structure and the credentials that the bootstrap Job reads."""
    (polaris,) = (one for one in objects if one["kind"] == "Deployment" and one["metadata"]["name"] == "polaris")
    (job,) = (one for one in objects if one["kind"] == "Job" and one["metadata"]["name"].startswith("polaris-bootstrap"))
    spec, bootstrap = polaris["spec"]["template"]["spec"], job["spec"]["template"]["spec"]
    del spec["initContainers"]
    container = spec["containers"][0]
    container["image"] = "catalog"
    spec["volumes"] = [*copy.deepcopy(bootstrap["volumes"]), {"name": "data", "emptyDir": {}}]
    container["volumeMounts"] = [*copy.deepcopy(bootstrap["containers"][0]["volumeMounts"]), {"name": "data", "mountPath": "/data"}]


def start_storage(node):
    """MinIO, and its buckets made by the Job of the chart."""
    node.pod("minio", "minio-0").start().ready()
    buckets = node.pod("minio", "minio-buckets").start()
    if buckets.ended(60):
        raise Fault(f"the Job of the buckets failed:\n{buckets.tail()}")


def start_fluss(node):
    node.pod("polaris", "polaris-0").start().ready()
    node.pod("fluss", "zookeeper-0").start().ready()
    for name in ("coordinator-server-0", "tablet-server-0"):
        node.pod("fluss", name).start().ready()


def stored(node, bucket):
    """Names of the objects in a bucket, as MinIO keeps them on its volume."""
    folder = node.pod("minio", "minio-0").volumes.folder("data") / bucket
    return sorted(str(file.parent.relative_to(folder)) for file in folder.rglob("xl.meta"))


def catalog(node, path, form=None, token=None):
    """A request to the catalog as the principal of Flink would make it."""
    headers = {"Polaris-Realm": "POLARIS", **({"Authorization": f"Bearer {token}"} if token else {})}
    body = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(node.url("polaris", "polaris", "polaris-http") + "/api/catalog" + path, body, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def lake_tables(node, namespace):
    secret = node.pod("polaris", "polaris-0").volumes.data({"secret": {"secretName": "polaris-principal-flink"}})
    form = {"grant_type": "client_credentials", "scope": "PRINCIPAL_ROLE:ALL"}
    form |= {"client_id": secret["client-id"], "client_secret": secret["client-secret"]}
    token = catalog(node, "/v1/oauth/tokens", form)["access_token"]
    return sorted(one["name"] for one in catalog(node, f"/v1/namespaces/{namespace}/tables", token=token)["identifiers"])


def expect_metric(pod, annotations, prefix):
    """What a Prometheus that follows the annotations of a pod would read."""
    address = f"http://{pod.address}:{annotations['prometheus.io/port']}{annotations.get('prometheus.io/path', '/metrics')}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        expect(prefix in answer.read().decode(), f"{address} has no metric {prefix}*")


def nowhere(node):
    """No container printed a secret value."""
    values = node.platform.secret_values()
    expect(values, "there is no value to look for")
    lines = [line for value in values for line in value.splitlines() if len(line) >= 12 and "KEY-----" not in line]
    found = [name for name, text in node.logs().items() if any(line in text for line in lines)]
    expect(not found, lambda: "a Secret's value is in: " + ", ".join(found))
