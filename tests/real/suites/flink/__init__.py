"""The session cluster, the SQL gateway and the tiering job as the charts render them, on Fluss, a REST catalog and S3."""

from dataclasses import dataclass
from pathlib import Path

from servers import flink_operator, spark_driver
from suites import fluss_client, stack
from suites.flink import recovery, sasl, spark, sql, tiering
from suites.flink.gateway import Gateway, get
from suites.checks import eventually, expect
from suites.rendered import VALUES
from suites.spark import SETTINGS as SPARK

PROGRAMS = stack.PROGRAMS
PARTS = ["s3"]
SERVERS = ("zookeeper", "fluss", "catalog", "fluss-client")
SASL = Path(__file__).with_name("sasl.yaml")


@dataclass(frozen=True)
class Kind:
    """A platform of the suite: its version set, the images of its engines, Flink first, and values files."""

    version_set: str
    engines: tuple
    values: tuple

    @property
    def settings(self):
        """With the Spark image of suite `spark`."""
        return [f"versions.set={self.version_set}", *SPARK]


KINDS = {
    "Flink of version set 2026.08": Kind("2026.08", ("flink-2.2", "spark"), (VALUES,)),
    "Flink of version set flink-1.20, which signs in to Fluss": Kind("flink-1.20", ("flink-1.20",), (VALUES, SASL)),
}


def fetch_generated(root, lakehelm):
    found = {}
    for kind in KINDS.values():
        found |= stack.fetch(root, lakehelm, (*SERVERS, *kind.engines), kind.settings)
    return found


def scenarios(_):
    return {name: of_kind(name, kind) for name, kind in KINDS.items()}


def of_kind(name, kind):
    def run(bench, checks):
        with checks.scenario(name), cluster(bench, kind) as node:
            life(node, checks, name, kind)

    return run


def cluster(bench, kind):
    def change(objects):
        flink_operator.add_session(objects, bench.parts[f"image-{kind.engines[0]}"])
        spark_driver.add(objects)
        fluss_client.add(objects)

    return stack.node(bench, (*SERVERS, *kind.engines), kind.settings, kind.values, change)


def life(node, checks, name, kind):
    session, address = start(node, checks)
    gateway = Gateway(address)
    sql.prove(node, checks, gateway)
    tiering.start(node, checks, session)
    recovery.prove(node, checks, gateway, session, address)
    tiering.prove(checks, gateway)
    if SASL in kind.values:
        sasl.prove(node, checks)
    if "spark" in kind.engines:
        spark.prove(node, checks, gateway)
    checks.peak(f"{name}: memory of all pods, MiB", node.memory())
    with checks.that("no log holds a Secret's value"):
        stack.nowhere(node)


def start(node, checks):
    """Addresses of the session cluster and of the gateway."""
    with checks.that("MinIO, catalog, ZooKeeper and Fluss are up", basis=True):
        stack.start_storage(node)
        stack.start_fluss(node)
    session = node.url("flink", "flink-session-rest", "rest")
    with checks.that("JobManager and TaskManager start with the rendered configuration, S3 for high availability", basis=True):
        node.pod("flink", "flink-session-taskmanager-0").start()
        node.pod("flink", "flink-session-0").start().ready()
        spec = node.object("FlinkDeployment", "flink", "flink-session")["spec"]
        running, tag = get(session, "/overview")["flink-version"], spec["image"].rpartition(":")[2]
        expect(tag.startswith(f"{running}-"), f"Flink {running} runs for an image with the tag {tag}")
        slots = int(spec["flinkConfiguration"]["taskmanager.numberOfTaskSlots"])
        eventually(lambda: get(session, "/overview")["slots-total"] == slots, 300, lambda: get(session, "/overview"))
    with checks.that("every rendered key is in effect"):
        effective = {one["key"]: one["value"] for one in get(session, "/jobmanager/config")}
        wanted = spec["flinkConfiguration"].items()
        lost = {key: effective.get(key) for key, value in wanted if not key.startswith("kubernetes.") and effective.get(key) != value}
        expect(not lost, f"differs in the JobManager: {lost}")
    with checks.that("the SQL gateway starts with the rendered arguments and answers its probes", basis=True):
        node.pod("flink", "flink-sql-gateway-0").start().ready()
    for name in ("flink-session-0", "flink-session-taskmanager-0"):
        with checks.that(f"{name} reports metrics at the annotated port"):
            pod = node.pod("flink", name)
            stack.expect_metric(pod, pod.workload["spec"]["template"]["metadata"]["annotations"], "flink_")
    return session, node.url("flink", "flink-sql-gateway", "rest")
