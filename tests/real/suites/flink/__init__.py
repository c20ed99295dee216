"""The session cluster, the SQL gateway and the tiering job as the charts render them, on Fluss, a REST catalog and S3."""

from servers import flink_operator, spark_driver
from suites import stack
from suites.flink import recovery, spark, sql, tiering
from suites.flink.gateway import Gateway, get
from suites.checks import eventually, expect
from suites.rendered import VALUES
from suites.spark import SETTINGS as SPARK

PROGRAMS = stack.PROGRAMS
PARTS = ["s3"]
SERVERS = ("zookeeper", "fluss", "catalog")
# Version set, and the images of its engines, Flink first.
SETS = {"2026.08": ("flink-2.2", "spark"), "flink-1.20": ("flink-1.20",)}


def fetch_generated(root, lakehelm):
    found = {}
    for version_set, engines in SETS.items():
        found |= stack.fetch(root, lakehelm, (*SERVERS, *engines), settings(version_set))
    return found


def settings(version_set):
    """With the Spark image of suite `spark`."""
    return [f"versions.set={version_set}", *SPARK]


def scenarios(_):
    return {f"Flink of version set {version_set}": of_set(version_set, engines) for version_set, engines in SETS.items()}


def of_set(version_set, engines):
    def run(bench, checks):
        name = f"Flink of version set {version_set}"
        with checks.scenario(name), cluster(bench, version_set, engines) as node:
            life(node, checks, name, engines)

    return run


def cluster(bench, version_set, engines):
    def change(objects):
        flink_operator.add_session(objects, bench.parts[f"image-{engines[0]}"])
        spark_driver.add(objects)

    return stack.node(bench, (*SERVERS, *engines), settings(version_set), VALUES, change)


def life(node, checks, name, engines):
    session, address = start(node, checks)
    gateway = Gateway(address)
    sql.prove(node, checks, gateway)
    tiering.start(node, checks, session)
    recovery.prove(node, checks, gateway, session, address)
    tiering.prove(checks, gateway)
    if "spark" in engines:
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
        slots = int(node.object("FlinkDeployment", "flink", "flink-session")["spec"]["flinkConfiguration"]["taskmanager.numberOfTaskSlots"])
        eventually(lambda: get(session, "/overview")["slots-total"] == slots, 300, lambda: get(session, "/overview"))
    with checks.that("every rendered key is in effect"):
        wanted = node.object("FlinkDeployment", "flink", "flink-session")["spec"]["flinkConfiguration"]
        effective = {one["key"]: one["value"] for one in get(session, "/jobmanager/config")}
        lost = {key: effective.get(key) for key, value in wanted.items() if not key.startswith("kubernetes.") and effective.get(key) != value}
        expect(not lost, f"differs in the JobManager: {lost}")
    with checks.that("the SQL gateway starts with the rendered arguments and answers its probes", basis=True):
        node.pod("flink", "flink-sql-gateway-0").start().ready()
    for name in ("flink-session-0", "flink-session-taskmanager-0"):
        with checks.that(f"{name} reports metrics at the annotated port"):
            pod = node.pod("flink", name)
            stack.expect_metric(pod, pod.workload["spec"]["template"]["metadata"]["annotations"], "flink_")
    return session, node.url("flink", "flink-sql-gateway", "rest")
