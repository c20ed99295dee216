"""The tiering job as rendered: Fluss rows arrive in Iceberg, and each row is read once. It starts early and works meanwhile."""

from parts.maven import Jar
from servers import flink_operator
from suites.checks import eventually, expect
from suites.flink.gateway import jobs

NAME = "fluss-tiering"


def start(node, checks, session):
    with checks.that("the jar of the tiering job is the one that jars.lock names", basis=True):
        job = node.object("FlinkSessionJob", "flink", NAME)
        jar = artifact(node.platform.folder, job["spec"]["job"]["jarURI"]).stored().read_bytes()
    with checks.that("the tiering job starts with the rendered class and arguments", basis=True):
        flink_operator.submit(session, job, jar)
        eventually(lambda: jobs(session).get(NAME, ("", ""))[1] == "RUNNING", 240, lambda: jobs(session))


def prove(checks, gateway):
    with checks.that("rows of Fluss arrive in Iceberg", basis=True):
        wanted = [(1, "x"), (2, "y")]
        batch(gateway)
        eventually(lambda: lake(gateway, "log") == wanted, 400, lambda: lake(gateway, "log"))
        eventually(lambda: lake(gateway, "event") == [(1, "a"), (2, "b")], 300, lambda: lake(gateway, "event"))
    with checks.that("a read of lake and log together finds each row once"):
        gateway("INSERT INTO fluss_iceberg.bronze.log VALUES (3, 'z')")
        found = sorted(gateway("SELECT id, v FROM fluss_iceberg.bronze.log"))
        expect(found == [*wanted, (3, "z")], f"read {found}")
    with checks.that("the next rows follow, none twice"):
        eventually(lambda: len(lake(gateway, "log")) >= 3, 300, lambda: lake(gateway, "log"))
        expect(lake(gateway, "log") == [*wanted, (3, "z")], lambda: lake(gateway, "log"))


def artifact(platform, address):
    """The jar that jars.lock puts at an address in object storage."""
    lines = [line.split() for line in (platform / "images" / "jars.lock").read_text().splitlines() if not line.startswith("#")]
    found = [Jar(line[1], line[2]) for line in lines if line[4] == address]
    expect(len(found) == 1, f"jars.lock has {len(found)} jars for {address}")
    return found[0]


def batch(gateway):
    gateway("SET 'execution.runtime-mode' = 'batch'")


def lake(gateway, table):
    return sorted(gateway(f"SELECT id, v FROM rest_iceberg.bronze.{table}"))
