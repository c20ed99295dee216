"""ZooKeeper, Fluss and the object storage as the charts render them."""

from suites import stack
from suites.checks import expect

PARTS = ["s3"]
IMAGES = ("zookeeper", "fluss", "catalog")


def fetch(root, lakehelm):
    return stack.fetch(root, lakehelm, IMAGES)


def run(bench, checks):
    with checks.scenario("ZooKeeper and Fluss"), stack.node(bench, IMAGES) as node:
        with checks.that("MinIO answers its probes; the Job makes the buckets", basis=True):
            stack.start_storage(node)
        with checks.that("the catalog is there", basis=True):
            node.pod("polaris", "polaris-0").start().ready()
        with checks.that("ZooKeeper answers its probes", basis=True):
            node.pod("fluss", "zookeeper-0").start().ready()
        for name in ("coordinator-server-0", "tablet-server-0"):
            with checks.that(f"{name} answers its probes", basis=True):
                node.pod("fluss", name).start().ready()
        checks.peak("memory of all pods, MiB", node.memory())
