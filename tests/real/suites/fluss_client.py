"""The client of Fluss as a pod among the others: it finds the servers by their Services."""

import re

from suites.checks import expect

BOOTSTRAP = "coordinator-server-hs.fluss.svc.cluster.local:9124"
COMMAND = ["java", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-XX:+UseSerialGC", "--add-opens=java.base/java.nio=ALL-UNNAMED", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
COMMAND += ["-cp", "/opt/fluss-client/classes:/opt/fluss-client/lib/*", "Client", BOOTSTRAP]

ROW = re.compile(r"^\d+(?:=.*| is not there)$", re.MULTILINE)


def add(objects):
    """The pod, in the namespace of the Flink jobs."""
    container = {"name": "client", "image": "fluss-client"}
    template = {"metadata": {"labels": {}}, "spec": {"containers": [container], "securityContext": {"runAsUser": 9999}}}
    objects.append({"kind": "Job", "metadata": {"name": "fluss-client", "namespace": "flink"}, "spec": {"template": template}})


def call(node, *arguments):
    """One call; the rows that it prints. Its library writes warnings among them."""
    pod = node.pod("flink", "fluss-client")
    pod.spec["containers"][0]["command"] = [*COMMAND, *arguments]
    code = pod.start().ended(300)
    output = pod.processes["client"].log.read_text()
    pod.stop()
    expect(code == 0, f"the Fluss client ended with {code} at {' '.join(arguments)}:\n{output}")
    return ROW.findall(output)
