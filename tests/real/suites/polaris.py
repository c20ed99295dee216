"""Polaris as the charts render it: PostgreSQL for real; the bootstrap Job's scripts and environment against the server.

No registry has the server, so the mock of tests/bootstrap answers as a 1.7.0 server was recorded to. POLARIS_DIST=FILE names a
binary distribution (polaris-bin-1.7.0.tgz): then the same runs against the real server and admin tool, on Java 21 or newer.
"""

import base64
import copy
import os
import re
import secrets
import subprocess

from fault import Fault
from parts import polaris
from servers.images import KNOWN
from suites import stack
from suites.checks import eventually, expect
from suites.rendered import Platform

PROGRAMS = (*stack.PROGRAMS, "psql", "initdb")
PARTS = []
MOCK = ("polaris-mock", "polaris-admin")
TALLY = re.compile(r"complete  (\d+) created, (\d+) updated, (\d+) unchanged")


def fetch_generated(root, lakehelm):
    found = stack.fetch(root, lakehelm, ("postgres", *(() if polaris.given() else MOCK)))
    return {**found, **({"polaris": polaris.obtain()} if polaris.given() else {})}


def scenarios(_):
    return {"Polaris": run}


def run(bench, checks):
    real = "polaris" in bench.parts
    which = "the server is that of POLARIS_DIST" if real else "NOT the real server: the recorded stand-in; POLARIS_DIST names a distribution"
    print(f"      {which}", flush=True)
    images = ("postgres", *(() if real else MOCK))
    with checks.scenario("Polaris"), stack.node(bench, images) as node:
        serve(bench, node, real)
        database(node, checks)
        bootstrap(node, checks)
        changes(bench, node, checks)
        faults(node, checks)
        restarts(node, checks)
        checks.peak("polaris: memory of all pods, MiB", node.memory())
        with checks.that("no log holds a Secret's value"):
            stack.nowhere(node)


def serve(bench, node, real):
    for name in ("apache/polaris", "apache/polaris-admin-tool"):
        if real:
            node.images[name] = polaris.image(bench.parts["polaris"], name)
        elif name == "apache/polaris":
            mock = {"/image/bin/mock_polaris.py": bench.root / "tests" / "bootstrap" / "mock_polaris.py"}
            node.images[name] = KNOWN[name].at(bench.parts["image-polaris-mock"], **mock)


def database(node, checks):
    pod = node.pod("polaris", "postgres-0")
    with checks.that("PostgreSQL starts with the rendered settings and answers its probes", basis=True):
        pod.start().ready()
    with checks.that("it lets in the user of the Secret from another pod's network, with the password and with no other"):
        secret = pod.volumes.data({"secret": {"secretName": "polaris-persistence"}})
        where = pod.address, secret["username"]
        expect(query(*where, secret["password"], "SELECT current_database()") == "POLARIS", "another database")
        expect(query(*where, "wrong", "SELECT 1") is None, "a wrong password is accepted")
    with checks.that("checksums, encoding and the data folder are as rendered"):
        settings = ", ".join(f"current_setting('{name}')" for name in ("data_checksums", "server_encoding", "data_directory"))
        found = query(*where, secret["password"], f"SELECT {settings}")
        expect(found == "on|UTF8|/var/lib/postgresql/data/pgdata", found)


def query(address, user, password, statement):
    """One row; None when the server refuses."""
    variables = {**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "5"}
    command = ["psql", "-XwqtA", "-h", address, "-U", user, "-d", "POLARIS", "-c", statement]
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def job(node):
    return node.pod("polaris", "polaris-bootstrap")


def bootstrapped(node, code=0):
    """Runs the Job; what its last container printed."""
    pod = job(node)
    found = pod.start().ended(300)
    output = pod.processes["bootstrap-catalog"].log.read_text()
    pod.stop()
    expect(found == code, f"the Job ended with {found}:\n{output}")
    return output


def tally(output):
    return tuple(map(int, TALLY.search(output).groups()))


def bootstrap(node, checks):
    server = node.pod("polaris", "polaris-0")
    with checks.that("the Job makes the realm and waits for a server that is not up yet", basis=True):
        pod = job(node).start()
        log = lambda: pod.processes["bootstrap-catalog"].log.read_text()
        eventually(lambda: "no answer from" in log(), 60, log)
    with checks.that("the server waits for database and realm, and answers its probes", basis=True):
        server.start().ready()
    with checks.that("the Job goes on by itself and creates everything", basis=True):
        code = pod.ended(300)
        expect(code == 0, log)
        created, updated, unchanged = tally(log())
        expect(created and not unchanged, log)
        pod.stop()
    with checks.that("a second run changes nothing"):
        expect(tally(bootstrapped(node))[:2] == (0, 0), "the second run changed something")


def changes(bench, node, checks):
    with checks.that("a rotated principal gets the credential of its Secret, alone"):
        change_secret(node, "polaris-principal-flink", "client-secret")
        output = bootstrapped(node)
        expect("set       credential of flink" in output and tally(output)[:2] == (0, 1), output)
    with checks.that("a changed storage configuration updates the catalog, alone"):
        other = Platform(bench, node.folder / "other", ["catalog.storage.endpointInternal=http://minio-hs.minio.svc.cluster.local:9000"])
        (table,) = (one["data"]["structure.txt"] for one in other.objects if one["metadata"]["name"] == "polaris-bootstrap-script")
        node.object("ConfigMap", "polaris", "polaris-bootstrap-script")["data"]["structure.txt"] = table
        output = bootstrapped(node)
        expect(re.search(r"updated   catalog \S+, changed: endpointInternal\n", output) and tally(output)[:2] == (0, 1), output)


def faults(node, checks):
    if "polaris" not in node.images["apache/polaris"].entrypoint[0]:
        print("      not run with the real server: a lost connection", flush=True)
    else:
        with checks.that("a lost connection fails the Job; the next run completes"):
            server = node.pod("polaris", "polaris-0")
            server.stop()
            # A new stand-in has forgotten everything but the realm.
            server.start(environment={"MOCK_DROP_AFTER": "9"}).ready()
            expect("ERROR" in bootstrapped(node, code=1), "no word of what went wrong")
            server.stop()
            server.start().ready()
            expect(tally(bootstrapped(node))[2] == 0, "the next run found something there")
    with checks.that("a wrong root credential: the Job says so at once, and again works once it is right"):
        right = copy.deepcopy(node.object("Secret", "polaris", "polaris-root")["data"])
        change_secret(node, "polaris-root", "client-secret")
        output = bootstrapped(node, code=1)
        expect("refuses the root credential" in output, output)
        node.object("Secret", "polaris", "polaris-root")["data"] = right
        expect(tally(bootstrapped(node))[:2] == (0, 0), "something changed")
    with checks.that("a wrong database password: the waiting init container says so and ends"):
        right = copy.deepcopy(node.object("Secret", "polaris", "polaris-persistence")["data"])
        change_secret(node, "polaris-persistence", "password")
        said = refused(lambda: bootstrapped(node))
        expect("refuses the user and password of its Secret" in said, said)
        node.object("Secret", "polaris", "polaris-persistence")["data"] = right


def refused(start):
    try:
        start()
    except Fault as fault:
        return str(fault)
    return "nothing refused"


def restarts(node, checks):
    pod = node.pod("polaris", "postgres-0")
    for how, end in (("asked to stop", pod.stop), ("killed", pod.kill)):
        with checks.that(f"the realm survives a PostgreSQL that is {how}"):
            process = next(iter(pod.processes.values())).process
            end()
            expect(how == "killed" or process.returncode == 0, f"it ended with {process.returncode}")
            pod.start().ready()
            output = bootstrapped(node)
            expect(tally(output)[0] == 0, output)
            expect("already bootstrapped" in job(node).log(), "the realm was made anew")


def change_secret(node, name, key):
    for one in node.objects:
        if one["kind"] == "Secret" and one["metadata"]["name"] == name:
            one["data"][key] = base64.b64encode(f"test-{secrets.token_hex(12)}".encode()).decode()
