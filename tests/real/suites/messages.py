"""What users will see when something is wrong: each message of docs/troubleshooting.md that can be provoked here.

A message is looked for in the log of the container or the answer of the server, and in the page.
"""

import base64
import contextlib
import copy
import dataclasses
import shutil

from fault import Fault
from parts.image import linked
from servers import flink_operator
from suites import fluss_client, stack
from suites.checks import Failed, eventually, expect
from suites.flink.gateway import Gateway
from suites.rendered import VALUES

PROGRAMS = stack.PROGRAMS
PARTS = ["s3"]
IMAGES = ("zookeeper", "fluss", "catalog", "fluss-client", "flink-2.2")


def fetch_generated(root, lakehelm):
    return stack.fetch(root, lakehelm, IMAGES)


def scenarios(_):
    return {"messages": run}


def run(bench, checks):
    def change(objects):
        flink_operator.add_session(objects, bench.parts["image-flink-2.2"])
        fluss_client.add(objects)

    page = (bench.root / "docs" / "troubleshooting.md").read_text()
    with checks.scenario("messages"), stack.node(bench, IMAGES, values=[VALUES], change=change) as node:
        stack.start_storage(node)
        storage(node, checks, page)
        node.pod("fluss", "zookeeper-0").start().ready()
        coordinator(node, checks, page)
        remote_data(node, checks, page)
        gateway(node, checks, page)
        session(node, checks, page)


@contextlib.contextmanager
def said(page, *messages):
    """The block gives texts to its list; each message is in one of them and on the page."""
    texts = []
    yield texts
    for message in messages:
        expect(any(message in text for text in texts), lambda: f"nothing says {message!r}:\n" + "\n".join(text[-2500:] for text in texts))
        expect(message in page, f"docs/troubleshooting.md does not list {message!r}")


@contextlib.contextmanager
def altered(pod):
    """The template of a pod, put back at the end; the pod is stopped."""
    kept = copy.deepcopy(pod.spec)
    try:
        yield pod.spec["containers"][0]
    finally:
        pod.kill()
        pod.spec = kept


@contextlib.contextmanager
def secret(node, namespace, name, key, value):
    """Another value in a Secret for the time of the block."""
    data = node.object("Secret", namespace, name)["data"]
    kept = data[key]
    data[key] = base64.b64encode(value.encode()).decode()
    try:
        yield
    finally:
        data[key] = kept


@contextlib.contextmanager
def lacking(node, name, folder):
    """An image without one of its folders."""
    whole = node.images[name]
    root = node.folder / f"{name}-lacking"
    left_out = str(whole.root / folder.lstrip("/"))
    shutil.copytree(whole.root, root, copy_function=linked, ignore=lambda place, names: [one for one in names if f"{place}/{one}" == left_out])
    node.images[name] = dataclasses.replace(whole, root=root)
    try:
        yield
    finally:
        node.images[name] = whole


def storage(node, checks, page):
    pod = node.pod("minio", "minio-buckets")
    with checks.that("wrong key of the object storage: the Job of the buckets ends"):
        with said(page, "refused with HTTP 403", "InvalidAccessKeyId") as texts, altered(pod):
            pod.stop()
            pod.spec["containers"][0]["env"].append({"name": "ACCESS_KEY_ID", "value": "test-nobody"})
            texts.append(ended(pod))


def coordinator(node, checks, page):
    pod, catalog = node.pod("fluss", "coordinator-server-0"), node.pod("polaris", "polaris-0")
    with checks.that("unreachable catalog: the coordinator's init container says that Polaris is not up"):
        with said(page, "Polaris is not up yet") as texts, altered(pod):
            texts.append(waiting(pod))
    catalog.start().ready()
    with checks.that("forgotten bootstrap, or another Secret: the init container says that Polaris does not know the principal"):
        with said(page, "Polaris does not know the principal (status 401)") as texts, altered(pod):
            with secret(node, "fluss", "polaris-principal-fluss", "client-secret", "test-another-secret"):
                texts.append(waiting(pod))
    with checks.that("missing variable behind env: the coordinator ends"):
        with said(page, "Could not start the CoordinatorServer.", "NotAuthorizedException: Not authorized") as texts, altered(pod) as container:
            container["env"] = [entry for entry in container["env"] if entry["name"] != "ICEBERG_CREDENTIAL"]
            texts.append(ended(pod))
    with checks.that("missing plugin s3: the coordinator ends"):
        with said(page, "Could not find a file system implementation for scheme 's3'. The scheme is not directly supported by Fluss.") as texts:
            with altered(pod), lacking(node, "fluss-lakehouse", "/opt/fluss/plugins/s3"):
                texts.append(ended(pod))
    with checks.that("a plugin's folder without its jars: the coordinator ends"):
        with said(page, "Cannot find any jar files for plugin in directory") as texts, altered(pod) as container:
            pod.spec["volumes"].append({"name": "nothing", "emptyDir": {}})
            container["volumeMounts"].append({"name": "nothing", "mountPath": "/opt/fluss/plugins/s3"})
            texts.append(ended(pod))


def remote_data(node, checks, page):
    with checks.that("wrong S3 key: nothing at the start; the tablet server's snapshots fail"):
        with said(page, "Fail to init snapshot during triggering snapshot.", "InvalidAccessKeyId") as texts:
            with secret(node, "fluss", "aws-secret", "access_key_id", "test-nobody"):
                tablet = node.pod("fluss", "tablet-server-0")
                node.pod("fluss", "coordinator-server-0").start().ready()
                tablet.start().ready()
                fluss_client.call(node, "create", "bronze.event", "table.datalake.enabled=true")
                fluss_client.call(node, "write", "bronze.event", "1=one")
                eventually(lambda: "Fail to init snapshot" in tablet.log(), 120, tablet.tail)
                texts.append(tablet.log())
                tablet.kill()
                node.pod("fluss", "coordinator-server-0").kill()


def gateway(node, checks, page):
    pod = node.pod("flink", "flink-sql-gateway-0")
    with checks.that("wrong credential of a catalog: the gateway's answer"):
        refusal = "Malformed request: unauthorized_client: The client is not authorized"
        with said(page, "Unable to create catalog 'rest_iceberg'.", refusal) as texts, altered(pod):
            with secret(node, "flink", "polaris-principal-flink", "client-secret", "test-another-secret"):
                texts.append(answer(node, pod))
    with checks.that("missing variable behind env: the gateway's answer"):
        with said(page, "Unable to create catalog 'rest_iceberg'.", "NotAuthorizedException: Not authorized") as texts, altered(pod) as container:
            container["env"] = [entry for entry in container["env"] if entry["name"] != "ICEBERG_CREDENTIAL"]
            texts.append(answer(node, pod))
    with checks.that("another warehouse than the catalog's: the gateway's answer"):
        store = node.object("ConfigMap", "flink", "flink-catalog-store")["data"]
        kept = store["rest_iceberg.yaml"]
        with said(page, "Unable to find warehouse nosuch") as texts, altered(pod):
            store["rest_iceberg.yaml"] = kept.replace("warehouse: lakehouse", "warehouse: nosuch")
            expect(store["rest_iceberg.yaml"] != kept, "the catalog file names no warehouse lakehouse")
            texts.append(answer(node, pod))
        store["rest_iceberg.yaml"] = kept


def session(node, checks, page):
    pod = node.pod("flink", "flink-session-0")
    with checks.that("missing S3 plugin of Flink: the JobManager ends"):
        phrase = "The scheme is directly supported by Flink through the following plugin(s): flink-s3-fs-hadoop, flink-s3-fs-presto."
        with said(page, phrase) as texts, altered(pod), lacking(node, "flink-lakehouse", "/opt/flink/plugins/s3-fs-hadoop"):
            texts.append(ended(pod))


def waiting(pod):
    """What an init container says in the first seconds; it would go on."""
    try:
        pod.start(patience=12)
    except Fault as fault:
        return str(fault)
    raise Failed("the init container let the pod start")


def ended(pod):
    """The log of a pod whose server ends by itself."""
    pod.start().ended(300)
    return pod.log()


def answer(node, pod):
    pod.start().ready()
    try:
        Gateway(node.url("flink", "flink-sql-gateway", "rest"))("USE CATALOG rest_iceberg", "SHOW DATABASES")
    except Failed as failure:
        return str(failure)
    return "the gateway let it pass"
