"""Every principal with PyIceberg, in a pod of its own namespace: tables through credentials that Polaris vends.

It takes the real server: the stand-in knows no tables.
"""

import json

from parts import image, pyiceberg
from servers.images import KNOWN
from suites.checks import expect
from suites.polaris.principals import CATALOG, PRINCIPALS

ENGINES = ("fluss", "flink", "spark")
IMAGE = "iceberg-client"
URI = "http://polaris.polaris.svc.cluster.local:8181/api/catalog"
# Who refuses, as PyIceberg says it: Polaris, or the object storage that knows what the vended credentials are for.
POLARIS, STORAGE = "ForbiddenError", "ACCESS_DENIED"

SHARED = "s3://iceberg/bronze/shared"
NAMESPACES = [("create_namespace", "made"), ("drop_namespace", "gold")]


def fetch():
    return {f"image-{IMAGE}": image.obtain(IMAGE, 400, base=(pyiceberg.obtain(), "/opt/pyiceberg"))}


def add_clients(objects):
    """A pod for each principal, with its Secret as the charts give it to theirs."""
    for name, namespace in PRINCIPALS.items():
        key = lambda key: {"valueFrom": {"secretKeyRef": {"name": f"polaris-principal-{name}", "key": key}}}
        environment = [
            {"name": "POLARIS_CLIENT_ID", **key("client-id")}, {"name": "POLARIS_CLIENT_SECRET", **key("client-secret")},
            {"name": "POLARIS_URI", "value": URI}, {"name": "WAREHOUSE", "value": CATALOG},
        ]
        template = {"metadata": {"labels": {}}, "spec": {"containers": [{"name": "client", "image": IMAGE, "env": environment}]}}
        template["spec"]["securityContext"] = {"runAsUser": 9999}
        objects.append({"kind": "Job", "metadata": {"name": f"{IMAGE}-{name}", "namespace": namespace}, "spec": {"template": template}})


def install(node, folder):
    node.images[IMAGE] = KNOWN[IMAGE].at(folder)


def client(node, name, steps, realm="POLARIS"):
    """Exit code and output of the client."""
    pod = node.pod(PRINCIPALS[name], f"{IMAGE}-{name}")
    pod.spec["containers"][0]["args"] = [json.dumps(steps)]
    code = pod.start({"REALM": realm}).ended(120)
    output = pod.processes["client"].log.read_text()
    pod.stop()
    return code, output


def call(node, name, steps):
    """The outcome of each step."""
    code, output = client(node, name, steps)
    expect(code == 0, f"the client ended with {code}:\n{output}")
    return [json.loads(line.removeprefix("outcome ")) for line in output.splitlines() if line.startswith("outcome ")]


def values(node, name, *steps):
    """What the steps gave; none may be refused."""
    found = call(node, name, steps)
    for step, outcome in zip(steps, found, strict=True):
        expect("value" in outcome, lambda: f"{name}, {' '.join(map(str, step))}: {outcome}")
    return [outcome["value"] for outcome in found]


def refused(node, name, steps, by):
    """None of the steps may succeed, each for the same reason."""
    for step, outcome in zip(steps, call(node, name, steps), strict=True):
        said = f"{outcome.get('refused', '')}: {outcome.get('message', '')}"
        expect(by in said, lambda: f"{name}, {' '.join(map(str, step))}: {outcome}")


def check(node, checks):
    for name in ENGINES:
        with checks.that(f"{name} makes a namespace and a table, appends, reads, and drops both"):
            own, table = f"of_{name}", f"of_{name}.numbers"
            steps = [("namespaces",), ("create_namespace", own), ("create", table), ("append", table, 1, 2), ("append", table, 3)]
            found = values(node, name, *steps, ("read", table), ("tables", own), ("drop", table), ("drop_namespace", own))
            expect(found[0] == ["bronze", "gold", "silver"], f"namespaces {found[0]}")
            expect(found[2] == f"s3://iceberg/{own}/numbers", f"the table lies at {found[2]}")
            expect(found[5] == [1, 2, 3] and found[6] == ["numbers"], f"rows {found[5]}, tables {found[6]}")
    with checks.that("what one principal wrote, the others read and go on writing"):
        values(node, "flink", ("create", "bronze.shared"), ("append", "bronze.shared", 1))
        for number, name in enumerate(("fluss", "spark"), 2):
            values(node, name, ("append", "bronze.shared", number))
        (found,) = values(node, "flink", ("read", "bronze.shared"))
        expect(found == [1, 2, 3], f"rows {found}")
    vended(node, checks)
    restricted(node, checks)
    with checks.that("another realm is refused, with the name of the fault"):
        code, output = client(node, "flink", [], realm="OTHER")
        expect(code != 0 and "MissingOrInvalidRealm" in output, f"it ended with {code}:\n{output}")


def vended(node, checks):
    with checks.that("Polaris gives keys for one table alone: other tables, other buckets and other prefixes are out of reach"):
        values(node, "flink", ("create", "silver.other"), ("append", "silver.other", 1))
        names, place, other = values(node, "flink", ("settings", "bronze.shared"), ("file_of", "bronze.shared"), ("file_of", "silver.other"))
        expect({"s3.session-token", "s3.access-key-id", "s3.secret-access-key", "s3.endpoint"} <= set(names), f"settings {names}")
        (size,) = values(node, "flink", ("open_with", "bronze.shared", place))
        expect(size > 0, "an empty metadata file")
        forged = ("s3://iceberg/silver/other/data/forged", "s3://iceberg/forged", "s3://flink/forged")
        elsewhere = [("open_with", "bronze.shared", other), *(("write_with", "bronze.shared", place) for place in forged)]
        refused(node, "flink", elsewhere, STORAGE)


def restricted(node, checks):
    with checks.that("a principal with the privileges to read can read; it may not write, make or drop anything"):
        found = values(node, "analyst", ("namespaces",), ("tables", "bronze"), ("read", "bronze.shared"))
        expect(found == [["bronze", "gold", "silver"], ["shared"], [1, 2, 3]], f"{found}")
        # Its credentials are for reading too, so data does not get as far as Polaris.
        refused(node, "analyst", [("append", "bronze.shared", 9), ("write_with", "bronze.shared", f"{SHARED}/data/forged")], STORAGE)
        others = [("change", "bronze.shared"), ("create", "bronze.made"), ("drop", "bronze.shared"), *NAMESPACES]
        refused(node, "analyst", others, POLARIS)
        (rows,) = values(node, "spark", ("read", "bronze.shared"))
        expect(rows == [1, 2, 3], f"rows {rows}")
    with checks.that("a principal with the privileges to load makes a table, appends and reads; it may not drop a table, nor make a namespace"):
        found = values(node, "loader", ("create", "bronze.loaded"), ("append", "bronze.loaded", 5), ("read", "bronze.loaded"))
        expect(found[2] == [5], f"{found}")
        refused(node, "loader", [("drop", "bronze.loaded"), ("drop", "bronze.shared"), *NAMESPACES], POLARIS)
