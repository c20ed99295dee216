"""The session cluster, the SQL gateway and the tiering job as the charts render them, on Fluss, a REST catalog and S3."""

from servers import flink_operator
from suites import stack
from suites.flink import recovery, sql, tiering
from suites.flink.gateway import Gateway, get
from suites.checks import eventually, expect
from suites.rendered import VALUES

PARTS = ["s3"]
# Version set, and the base of its image.
SETS = {"2026.08": "flink-2.2", "flink-1.20": "flink-1.20"}
SERVERS = ("zookeeper", "fluss", "catalog")


def fetch_generated(root, lakehelm):
    found = {}
    for version_set, base in SETS.items():
        found |= stack.fetch(root, lakehelm, (*SERVERS, base), [f"versions.set={version_set}"])
    return found


def run(bench, checks):
    for version_set, base in SETS.items():
        name = f"Flink of version set {version_set}"
        if bench.only in name:
            with checks.scenario(name), cluster(bench, version_set, base) as node:
                life(node, checks, name)


def cluster(bench, version_set, base):
    image = bench.parts[f"image-{base}"]
    change = lambda objects: flink_operator.add_session(objects, image)
    return stack.node(bench, (*SERVERS, base), [f"versions.set={version_set}"], VALUES, change)


def life(node, checks, name):
    session, address = start(node, checks)
    gateway = Gateway(address)
    sql.prove(node, checks, gateway)
    recovery.prove(node, checks, gateway, session, address)
    tiering.prove(node, checks, gateway, session)
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
