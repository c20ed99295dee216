"""A ZooKeeper that lets in nobody without a user: Fluss signs in with the Secret that its values name.

The server is the one of the platform with an embedded ZooKeeper, at the address that the values of the other platform name.
"""

import base64
import tempfile
from pathlib import Path

from suites import fluss_client, stack
from suites.checks import eventually, expect
from suites.rendered import VALUES, Platform

VALUES_FILE = Path(__file__).with_name("external.yaml")
USER = {"kind": "Secret", "metadata": {"name": "zookeeper-users", "namespace": "fluss"}}
SECRET = "fluss-zookeeper"
REFUSED = "AuthFailed"


def run(bench, checks):
    def change(objects):
        fluss_client.add(objects)
        with tempfile.TemporaryDirectory(dir=bench.work) as folder:
            add_server(objects, Platform(bench, Path(folder), values=[VALUES]).objects)

    images = ("zookeeper", "fluss", "catalog", "fluss-client")
    with checks.scenario("ZooKeeper that wants a user"), stack.node(bench, images, values=[VALUES, VALUES_FILE], change=change) as node:
        with checks.that("MinIO, catalog and a ZooKeeper that wants a user are up", basis=True):
            stack.start_storage(node)
            node.pod("polaris", "polaris-0").start().ready()
            node.pod("fluss", "zookeeper-0").start().ready()
        with checks.that("with another password than ZooKeeper knows the coordinator is refused"):
            refused(node)
        with checks.that("with the user of its Secret it starts; so does the tablet server", basis=True):
            for name in ("coordinator-server-0", "tablet-server-0"):
                node.pod("fluss", name).start().ready()
        with checks.that("a client writes and reads rows"):
            fluss_client.call(node, "create", "bronze.event")
            fluss_client.call(node, "write", "bronze.event", "1=one")
            found = fluss_client.call(node, "read", "bronze.event", "1")
            expect(found == ["1=one"], f"read {found}")
        with checks.that("no log holds a Secret's value"):
            stack.nowhere(node)


def add_server(objects, embedded):
    """The embedded ZooKeeper, which asks for the user of the Secret."""
    found = [one for one in embedded if one["metadata"].get("namespace") == "fluss" and one["metadata"]["name"].startswith("zookeeper")]
    (user,) = (one["data"] for one in objects if one["kind"] == "Secret" and one["metadata"]["name"] == SECRET)
    name, password = (base64.b64decode(user[key]).decode() for key in ("username", "password"))
    login = f'Server {{ org.apache.zookeeper.server.auth.DigestLoginModule required user_{name}="{password}"; }};\n'
    (workload,) = (one for one in found if one["kind"] == "StatefulSet")
    pod = workload["spec"]["template"]["spec"]
    container = pod["containers"][0]
    pod.setdefault("volumes", []).append({"name": "login", "secret": {"secretName": USER["metadata"]["name"]}})
    container["volumeMounts"].append({"name": "login", "mountPath": "/login"})
    for entry in container["env"]:
        if entry["name"] == "SERVER_JVMFLAGS":
            entry["value"] += " -Djava.security.auth.login.config=/login/jaas.conf"
        if entry["name"] == "ZOO_CFG_EXTRA":
            entry["value"] += " authProvider.sasl=org.apache.zookeeper.server.auth.SASLAuthenticationProvider sessionRequireClientSASLAuth=true"
    objects += [*found, {**USER, "data": {"jaas.conf": base64.b64encode(login.encode()).decode()}}]


def refused(node):
    data = node.object("Secret", "fluss", SECRET)["data"]
    right = data["password"]
    data["password"] = base64.b64encode(b"test-another-password").decode()
    coordinator = node.pod("fluss", "coordinator-server-0").start()
    try:
        eventually(lambda: REFUSED in coordinator.log(), 90, lambda: coordinator.tail(40))
    finally:
        coordinator.kill()
        data["password"] = right
