"""Servers that stop, and come back: what stays, and what says that something is missing meanwhile."""

import contextlib
import os
import subprocess
import urllib.error
import urllib.request

from suites.checks import eventually, expect
from suites.polaris import api, job, tables
from suites.polaris.principals import CATALOG, credential

LIVE, READY = "/q/health/live", "/q/health/ready"


def check(node, checks, real):
    if real:
        lost_server(node, checks)
        lost_database(node, checks)
        kept(node, checks)
    else:
        print("      NOT run with the stand-in: readiness without a database, what a restarted server keeps", flush=True)
        forgetful_server(node, checks)
    database_restarts(node, checks)


def health(node, path):
    try:
        with urllib.request.urlopen(node.url("polaris", "polaris-mgmt", "polaris-mgmt") + path, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def lost_server(node, checks):
    server = node.pod("polaris", "polaris-0")
    with checks.that("a server that is killed fails the Job; the next run finds everything"):
        pod = job.start(node)
        eventually(lambda: "exists    " in job.output(pod), 60, lambda: job.output(pod))
        server.kill()
        code = pod.ended(120)
        output = job.output(pod)
        pod.stop()
        expect(code == 1 and "ERROR" in output, f"the Job ended with {code}:\n{output}")
        server.start().ready()
        expect(job.tally(job.run(node))[:2] == (0, 0), "the next run changed something")


def forgetful_server(node, checks):
    with checks.that("a lost connection fails the Job; the next run completes"):
        server = node.pod("polaris", "polaris-0")
        server.stop()
        # A new stand-in has forgotten everything but the realm.
        server.start(environment={"MOCK_DROP_AFTER": "9"}).ready()
        expect("ERROR" in job.run(node, code=1), "no word of what went wrong")
        server.stop()
        server.start().ready()
        expect(job.tally(job.run(node))[2] == 0, "the next run found something there")


def lost_database(node, checks):
    database, flink = node.pod("polaris", "postgres-0"), credential(node, "flink")
    with checks.that("without its database the server lives, is not ready and says why; with it, it is ready again by itself"):
        expect(health(node, READY)[0] == 200, "it is not ready before")
        database.stop()
        eventually(lambda: health(node, READY)[0] == 503, 60, lambda: health(node, READY)[1])
        expect('"Database connections health check"' in health(node, READY)[1], lambda: health(node, READY)[1])
        expect(health(node, LIVE)[0] == 200, "it is not alive: it would be restarted for nothing")
        expect(api.sign_in(node, flink)[0] == 500, lambda: f"a token: {api.sign_in(node, flink)}")
        database.start().ready()
        eventually(lambda: health(node, READY)[0] == 200, 60, lambda: health(node, READY)[1])
        eventually(lambda: api.sign_in(node, flink)[0] == 200, 60, lambda: api.sign_in(node, flink))
        expect(tables.values(node, "flink", ("read", "bronze.shared")) == [[1, 2, 3]], "other rows")


def kept(node, checks):
    server = node.pod("polaris", "polaris-0")
    with checks.that("a restarted server keeps catalog, roles, tables and credentials, and takes tokens that it gave before"):
        token = api.token(node, credential(node, "spark"))
        server.stop()
        server.start().ready()
        status, body = api.ask(node, "GET", f"{api.CONTENT}/{CATALOG}/namespaces", token)
        expect(status == 200, f"a token of before: HTTP {status} {body}")
        expect(job.tally(job.run(node))[:2] == (0, 0), "the Job had to change something")
        expect(tables.values(node, "analyst", ("read", "bronze.shared")) == [[1, 2, 3]], "other rows")


def database_restarts(node, checks):
    pod = node.pod("polaris", "postgres-0")
    for how, end in (("asked to stop", pod.stop), ("killed", pod.kill)):
        with checks.that(f"the realm survives a PostgreSQL that is {how} while clients are connected"), client_that_stays(pod):
            process = next(iter(pod.processes.values())).process
            end()
            expect(how == "killed" or process.returncode == 0, f"it ended with {process.returncode}")
            pod.start().ready()
            output = job.run(node)
            expect(job.tally(output)[0] == 0, output)
            expect("already bootstrapped" in job.pod(node).log(), "the realm was made anew")


@contextlib.contextmanager
def client_that_stays(pod):
    """A session that would keep a server from stopping that waits for it."""
    secret = pod.volumes.data({"secret": {"secretName": "polaris-persistence"}})
    command = ["psql", "-Xwq", "-h", pod.address, "-U", secret["username"], "-d", "POLARIS", "-c", "SELECT pg_sleep(600)"]
    client = subprocess.Popen(command, env={**os.environ, "PGPASSWORD": secret["password"]}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        client.kill()
        client.wait()
