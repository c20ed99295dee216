"""Polaris as the charts render it: PostgreSQL for real; the bootstrap Job's scripts and environment against the server.

No registry has the server, so the mock of tests/bootstrap answers as a 1.7.0 server was recorded to. POLARIS_DIST=FILE names a
binary distribution (polaris-bin-1.7.0.tgz): then the same runs against the real server and admin tool, on Java 21 or newer, and
PyIceberg as every principal with tables on MinIO.
"""

import base64
import contextlib
import copy
import os
import re
import subprocess
from pathlib import Path

from fault import Fault
from parts import polaris, s3
from servers.images import KNOWN
from suites import stack
from suites.checks import eventually, expect
from suites.polaris import api, contract, job, outages, principals, tables
from suites.rendered import Platform

PROGRAMS = (*stack.PROGRAMS, "psql", "initdb")
PARTS = []
MOCK = ("polaris-mock", "polaris-admin")
UNRECOGNIZED = re.compile(r'Unrecognized configuration key "(.+?)" was provided')
VALUES = Path(__file__).with_name("values.yaml")


def fetch_generated(root, lakehelm):
    found = stack.fetch(root, lakehelm, ("postgres", *(() if polaris.given() else MOCK)))
    if polaris.given():
        found |= {"polaris": polaris.obtain(), "s3": s3.obtain(), **tables.fetch()}
    return found


def scenarios(_):
    return {"Polaris": run}


def run(bench, checks):
    real = "polaris" in bench.parts
    which = "the REAL server, that of POLARIS_DIST" if real else "NOT the real server: the recorded stand-in; POLARIS_DIST names a distribution"
    print(f"      {which}", flush=True)
    images = ("postgres", *(() if real else MOCK))
    scenario = "Polaris, the real server" if real else "Polaris"
    with checks.scenario(scenario), stack.node(bench, images, values=[VALUES], change=tables.add_clients) as node:
        serve(bench, node, real)
        database(node, checks)
        bootstrap(node, checks)
        if real:
            configuration(node, checks)
        principals.check(node, checks)
        if real:
            stack.start_storage(node)
            tables.check(node, checks)
        else:
            print("      NOT run with the stand-in: rendered keys, recorded answers, PyIceberg as each principal, tables, vended credentials", flush=True)
        changes(bench, node, checks)
        outages.check(node, checks, real)
        faults(node, checks)
        rotated_root(node, checks)
        if real:
            contract.check(bench, node, checks)
        checks.peak(f"{scenario}: memory of all pods, MiB", node.memory())
        with checks.that("no log holds a Secret's value"):
            stack.nowhere(node)


def serve(bench, node, real):
    if real:
        tables.install(node, bench.parts["image-iceberg-client"])
        for name in ("apache/polaris", "apache/polaris-admin-tool"):
            node.images[name] = polaris.image(bench.parts["polaris"], name)
    else:
        mock = {"/image/bin/mock_polaris.py": bench.root / "tests" / "bootstrap" / "mock_polaris.py"}
        node.images["apache/polaris"] = KNOWN["apache/polaris"].at(bench.parts["image-polaris-mock"], **mock)


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


def bootstrap(node, checks):
    server = node.pod("polaris", "polaris-0")
    with checks.that("the Job makes the realm and waits for a server that is not up yet", basis=True):
        pod = job.start(node)
        log = lambda: job.output(pod)
        eventually(lambda: "no answer from" in log(), 60, log)
    with checks.that("the server waits for database and realm, and answers its probes", basis=True):
        server.start().ready()
    with checks.that("the Job goes on by itself and creates everything", basis=True):
        code = pod.ended(300)
        expect(code == 0, log)
        created, updated, unchanged = job.tally(log())
        expect(created and not unchanged, log)
        pod.stop()
    with checks.that("a second run changes nothing"):
        expect(job.tally(job.run(node))[:2] == (0, 0), "the second run changed something")


def configuration(node, checks):
    with checks.that("the server knows every key that is rendered"):
        server = node.pod("polaris", "polaris-0")
        rendered = node.object("ConfigMap", "polaris", "polaris")["data"]["application.properties"]
        keys = {line.partition("=")[0] for line in rendered.splitlines()}
        unknown = keys.intersection(UNRECOGNIZED.findall(server.log()))
        expect(len(keys) > 10 and not unknown, f"of {len(keys)} keys it ignores {sorted(unknown)}")


def changes(bench, node, checks):
    with checks.that("a rotated principal gets the credential of its Secret, alone"):
        before = principals.credential(node, "flink")
        change_secret(node, "polaris-principal-flink", "client-secret")
        output = job.run(node)
        expect("set       credential of flink" in output and job.tally(output)[:2] == (0, 1), output)
        expect(api.sign_in(node, before)[0] == 401, "the old credential still signs in")
        api.token(node, principals.credential(node, "flink"))
    with checks.that("a changed storage configuration updates the catalog, alone"):
        other = Platform(bench, node.folder / "other", ["catalog.storage.endpointInternal=http://minio-hs.minio.svc.cluster.local:9000"], [VALUES])
        (table,) = (one["data"]["structure.txt"] for one in other.objects if one["metadata"]["name"] == "polaris-bootstrap-script")
        node.object("ConfigMap", "polaris", "polaris-bootstrap-script")["data"]["structure.txt"] = table
        output = job.run(node)
        expect(re.search(r"updated   catalog \S+, changed: endpointInternal\n", output) and job.tally(output)[:2] == (0, 1), output)


def faults(node, checks):
    with checks.that("a wrong root credential: the Job says so at once, and again works once it is right"):
        with other_secret(node, "polaris-root", "client-secret"):
            output = job.run(node, code=1)
            expect("refuses the root credential" in output, output)
        expect(job.tally(job.run(node))[:2] == (0, 0), "something changed")
    with checks.that("a wrong database password: the waiting init container says so and ends"):
        with other_secret(node, "polaris-persistence", "password"):
            said = refused(lambda: job.run(node))
            expect("wait-for-database" in said and "refuses the user and password of its Secret" in said, said)
    with checks.that("what PostgreSQL warns of at every sign-in keeps nothing waiting"):
        pod = node.pod("polaris", "postgres-0")
        secret = pod.volumes.data({"secret": {"secretName": "polaris-persistence"}})
        where = pod.address, secret["username"], secret["password"]
        expect(query(*where, "UPDATE pg_database SET datcollversion = '0' WHERE datname = 'POLARIS'") is not None, "not changed")
        expect(job.tally(job.run(node))[:2] == (0, 0), "something changed")
        expect("WARNING:  database" in pod.log(), "it did not warn")
        expect(query(*where, "UPDATE pg_database SET datcollversion = NULL WHERE datname = 'POLARIS'") is not None, "not changed")


def refused(start):
    try:
        start()
    except Fault as fault:
        return str(fault)
    return "nothing refused"


def rotated_root(node, checks):
    with checks.that("root's credential, reset in the realm and changed in the Secret: the Job goes on, the old one is refused"):
        before = api.root(node)
        new = before.other_secret()
        body = {"clientId": new.client, "clientSecret": new.secret}
        status, answer = api.ask(node, "POST", f"{api.MANAGEMENT}/principals/root/reset", api.token(node, before), body)
        expect(status == 200, f"HTTP {status} {answer}")
        change_secret(node, "polaris-root", "client-secret", new.secret)
        expect(api.sign_in(node, before)[0] == 401, "the old credential still signs in")
        expect(job.tally(job.run(node))[:2] == (0, 0), "the Job changed something")


@contextlib.contextmanager
def other_secret(node, name, key):
    """Another value in a Secret of Polaris' namespace for the time of the block."""
    kept = copy.deepcopy(node.object("Secret", "polaris", name)["data"])
    change_secret(node, name, key)
    try:
        yield
    finally:
        node.object("Secret", "polaris", name)["data"] = kept


def change_secret(node, name, key, value=""):
    """In every namespace that has it; a value is drawn when none is given."""
    text = base64.b64encode((value or api.drawn()).encode()).decode()
    for one in node.objects:
        if one["kind"] == "Secret" and one["metadata"]["name"] == name:
            one["data"][key] = text
