"""A streaming job through checkpoints, a savepoint and the loss of its JobManager: each row arrives once."""

import json
import time
import urllib.request

from suites import stack
from suites.checks import eventually, expect
from suites.flink.gateway import Gateway, get, jobs

# More rows than the suite waits for: it ends the job.
ROWS, RATE = 1000000, 20
SOURCE = f"""CREATE TEMPORARY TABLE default_catalog.default_database.counted (id BIGINT) WITH ('connector' = 'datagen',
 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '{ROWS}', 'rows-per-second' = '{RATE}')"""
INSERT = "INSERT INTO rest_iceberg.gold.counted SELECT id FROM default_catalog.default_database.counted"
NAME = "insert-into_rest_iceberg.gold.counted"


def prove(node, checks, gateway, session, address):
    with checks.that("a streaming insert is committed by checkpoints; they lie in the bucket of Flink", basis=True):
        gateway("CREATE TABLE rest_iceberg.gold.counted (id BIGINT)")
        insert(address)
        job = running(session)
        eventually(lambda: completed(session, job) >= 2, 300, lambda: get(session, f"/jobs/{job}/checkpoints")["counts"])
        eventually(lambda: counted(gateway)[0] > 0, 240, lambda: "no row is committed")
        expect(held(node, f"checkpoints/{job}/"), "no checkpoint in the bucket")
    with checks.that("stop with savepoint: it lies in the bucket", basis=True):
        savepoint = stop(session, job)
        expect(savepoint.startswith("s3://flink/savepoints/"), savepoint)
        expect(held(node, savepoint.removeprefix("s3://flink/")), f"{savepoint} is not in the bucket")
    with checks.that("resume from the savepoint", basis=True):
        before = counted(gateway)
        insert(address, execution_state__recovery_path=savepoint)
        job = running(session)
        eventually(lambda: counted(gateway)[0] > before[0], 300, lambda: f"still {before} rows")
    with checks.that("the JobManager is killed: the next one takes the running job over from ZooKeeper and S3", basis=True):
        expect(held(node, "ha/"), "nothing in the folder for high availability")
        leader = node.pod("flink", "flink-session-0")
        leader.kill()
        leader.start().ready()
        eventually(lambda: jobs(session).get(NAME, ("", ""))[0] == job, 300, lambda: jobs(session))
        eventually(lambda: restored(session, job), 300, lambda: jobs(session))
    with checks.that("every row arrived once, none is missing"):
        before = counted(gateway)
        eventually(lambda: counted(gateway)[0] > before[0], 300, lambda: f"still {before} rows")
        stop(session, job)
        eventually(lambda: jobs(session)[NAME][1] == "FINISHED", 240, lambda: jobs(session))
        found = counted(gateway)
        expect(found[0] == found[1] == found[2], f"rows, different rows, highest: {found}")


def insert(address, **settings):
    """In a session of its own, which does not wait for the end."""
    Gateway(address, table_dml__sync="false", **settings)(SOURCE, INSERT)


def running(session):
    eventually(lambda: jobs(session).get(NAME, ("", ""))[1] == "RUNNING", 240, lambda: jobs(session))
    return jobs(session)[NAME][0]


def completed(session, job):
    return get(session, f"/jobs/{job}/checkpoints")["counts"]["completed"]


def restored(session, job):
    return jobs(session)[NAME][1] == "RUNNING" and get(session, f"/jobs/{job}/checkpoints")["counts"]["restored"] > 0


def counted(gateway):
    return gateway("SET 'execution.runtime-mode' = 'batch'", "SELECT COUNT(*), COUNT(DISTINCT id), MAX(id) FROM rest_iceberg.gold.counted")[0]


def stop(session, job):
    """Stops a job with a savepoint; its path."""
    request = urllib.request.Request(f"{session}/jobs/{job}/stop", json.dumps({"drain": False}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        trigger = json.load(answer)["request-id"]
    deadline = time.monotonic() + 300
    while True:
        state = get(session, f"/jobs/{job}/savepoints/{trigger}")
        if state["status"]["id"] == "COMPLETED":
            expect("location" in state["operation"], state)
            return state["operation"]["location"]
        expect(time.monotonic() < deadline, f"no savepoint: {state}")
        time.sleep(0.5)


def held(node, prefix):
    return any(name.startswith(prefix) for name in stack.stored(node, "flink"))
