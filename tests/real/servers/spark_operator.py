"""The real Spark operator in place of the containers that its Deployments ask for.

Its arguments are those of the Deployments, its rights those of their ServiceAccounts: what the chart gives is what it has.
"""

import os
import shutil
import urllib.request

from fault import Fault
from servers import network
from servers.process import Process

PARTS = ("spark-operator-webhook", "spark-operator-controller")


class SparkOperator:
    """Each part starts once its Deployment has a ready pod; `spark` is the distribution whose spark-submit it runs."""

    NAMESPACE = "technical-spark-operator"

    def __init__(self, plane, program, spark, folder):
        if not shutil.which("java"):
            raise Fault("java is not in PATH: spark-submit needs Java 17 or newer")
        self.plane, self.program, self.spark, self.folder = plane, program, spark, folder
        self.running = {}
        folder.mkdir()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process, _ in self.running.values():
            process.stop(grace=5)

    def follow(self):
        for deployment in self.plane.api.items(f"/apis/apps/v1/namespaces/{self.NAMESPACE}/deployments"):
            name = deployment["metadata"]["name"]
            if name in PARTS and name not in self.running and deployment.get("status", {}).get("readyReplicas"):
                self.running[name] = self.start(name, deployment["spec"]["template"]["spec"])

    def start(self, name, pod):
        metrics, health = network.free_ports(2)
        own = {
            # Both bind these, and there is one network for all pods here.
            "--metrics-bind-address": f":{metrics}",
            "--health-probe-bind-address": f":{health}",
        }
        if name.endswith("webhook"):
            own["--webhook-cert-dir"] = self.folder / "certificates"
        given = [argument for argument in pod["containers"][0]["args"] if argument.partition("=")[0] not in own]
        arguments = [*given, *(f"{key}={value}" for key, value in own.items())]
        kubeconfig = self.folder / f"{name}.kubeconfig"
        kubeconfig.write_text(self.plane.configuration(self.token(pod["serviceAccountName"])))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "KUBECONFIG": str(kubeconfig),
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": str(self.plane.port),
            "SPARK_HOME": str(self.spark),
            # spark-submit starts once for each application.
            "SPARK_SUBMIT_OPTS": "-XX:TieredStopAtLevel=1",
        }
        return Process(name, [self.program, *arguments], self.folder, environment), health

    def token(self, account):
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 7200}}
        answer = self.plane.api.create(f"/api/v1/namespaces/{self.NAMESPACE}/serviceaccounts/{account}/token", request)
        return answer["status"]["token"]

    def await_ready(self, seconds=90):
        for name in PARTS:
            if name not in self.running:
                raise Fault(f"{name} was not started: its Deployment has no ready pod")
            process, health = self.running[name]
            process.wait_until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{health}/readyz", timeout=2).status == 200, seconds)

    def tail(self):
        return "\n".join(f"{name}:\n{process.tail(8)}" for name, (process, _) in self.running.items())

    def memory(self):
        return sum(process.memory() for process, _ in self.running.values())
