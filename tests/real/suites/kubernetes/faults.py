"""Installations that fail: each ends in a message that says what to do, and the same command succeeds after the cure."""

import contextlib
import os
import re
import signal
import subprocess
import time

from servers.process import bound_to_parent
from suites.checks import eventually, expect
from suites.kubernetes import objects, pods
from suites.kubernetes.lifecycle import NAMESPACE, RELEASE, Lifecycle

AGAIN = "mend the cause and run ./install.sh again"
ONLY = ("--skip-preflight", "--only", RELEASE)
SPARK_WEBHOOK = ("technical-spark-operator", "spark-operator-webhook-svc")
FLINK_WEBHOOK = ("technical-flink-operator", "flink-operator-webhook-service")
# A Secret of one pod, that pod's namespace.
SECRET, OWNER = "polaris-persistence", "polaris"


class Faults:
    """The order is that of an installation: each cure brings it one step further."""

    def __init__(self, platform, stand_ins, checks):
        self.platform, self.stand_ins, self.checks = platform, stand_ins, checks
        self.api = platform.cluster.api
        self.steps = Lifecycle(platform, stand_ins, checks)
        self.label = f"faults, Helm {platform.helm_version}"

    def run(self):
        with self.checks.scenario(self.label):
            self.no_programs()
            with self.that("the CRDs of others come first", basis=True):
                self.steps.install_missing_crds()
            self.no_operator_crds()
            self.no_secrets_at_all()
            self.silent_operator()
            self.wrong_value()
            self.no_secret()
            self.no_namespace()
            self.silent_webhook()
            self.killed_helm()
            self.edited_by_hand()

    def that(self, name, basis=False):
        return self.checks.that(f"{self.label}: {name}", basis)

    def no_programs(self):
        for variable, words in (
            ("KUBECTL", ("kubectl is not in PATH", "KUBECTL=/path/to/kubectl")),
            ("HELM", ("helm is not in PATH", "HELM=/path/to/helm")),
            ("LAKEHELM", ("lakehelm is not in PATH", "LAKEHELM=/path/to/lakehelm")),
        ):
            with self.that(f"{variable} names nothing"):
                self.platform.install(variables={variable: "/nonexistent/program"}).failed_with(*words)
        with self.that("the cluster does not answer"):
            nowhere = self.platform.folder.parent / "nowhere"
            nowhere.write_text(self.platform.cluster.kubeconfig.read_text().replace(str(self.platform.cluster.port), "9"))
            run = self.platform.install(variables={"KUBECONFIG": str(nowhere)})
            run.failed_with("the cluster does not answer", "check KUBECONFIG")

    def no_operator_crds(self):
        with self.that("the operators were not installed"):
            run = self.platform.install(*ONLY, timeout="20s")
            run.failed_with('no matches for kind "FlinkDeployment"', AGAIN)

    def no_secrets_at_all(self):
        with self.that("Secrets are missing and the check is left out: the message names a missing one"):
            run = self.platform.install("--skip-preflight", timeout="15s")
            run.failed_with(AGAIN, "CreateContainerConfigError", 'secret "aws-secret" not found')
        with self.that("create-secrets.sh is the cure", basis=True):
            self.steps.create_secrets()

    def silent_operator(self):
        """Its pod is ready and nobody answers."""
        self.stand_ins.webhooks.silent.add(SPARK_WEBHOOK)
        with self.that("the webhook of an operator does not answer"):
            run = self.platform.install(variables={"PATH": self.without_sleep()})
            run.failed_with("the webhook of SparkApplication does not answer", "look at the pods of release spark-operator")
        self.stand_ins.webhooks.silent.clear()
        with self.that("install.sh succeeds once it answers", basis=True):
            self.platform.install().succeeded().unwarned()
            pods.all_well(self.platform)

    def without_sleep(self):
        """A PATH in which install.sh asks sixty times without waiting two minutes."""
        folder = self.platform.folder.parent / "bin"
        folder.mkdir(exist_ok=True)
        (folder / "sleep").write_text("#!/bin/sh\n")
        (folder / "sleep").chmod(0o755)
        return f"{folder}:{os.environ['PATH']}"

    def wrong_value(self):
        before = objects.settled(self.api)
        for wrong in ("zookeeper.replicas=two", "zookeper.replicas=1", "flink-stack.session.jobManager.memory=lots"):
            with self.that(f"a wrong value, {wrong}"):
                key = wrong.partition("=")[0].rpartition(".")[2] if "two" in wrong or "lots" in wrong else wrong.partition(".")[0]
                self.platform.install("--only", RELEASE, "--", "--set", wrong).failed_with(key, AGAIN)
                objects.unchanged(before, objects.settled(self.api))
        with self.that("install.sh succeeds with the values as they were"):
            self.platform.install("--only", RELEASE).succeeded().unwarned()

    def no_secret(self):
        with self.that("one Secret is missing: its pods name it, and so does the message"):
            self.api.delete(f"/api/v1/namespaces/{OWNER}/secrets/{SECRET}")
            self.platform.install("--only", RELEASE).failed_with(f"{OWNER}/{SECRET}", "./create-secrets.sh")
            self.restart(OWNER)
            eventually(lambda: any(SECRET in why for why in pods.unwell(self.platform).values()), 30, lambda: pods.unwell(self.platform))
            unnamed = {pod: why for pod, why in pods.unwell(self.platform).items() if f'secret "{SECRET}" not found' not in why}
            expect(not unnamed, f"{unnamed}")
            run = self.platform.install(*ONLY, timeout="15s")
            run.failed_with(AGAIN, f'secret "{SECRET}" not found')
        with self.that("its pods start by themselves once it exists", basis=True):
            # The values are new: those of the deleted Secret are gone.
            self.platform.script("create-secrets.sh", variables=self.steps.variables).succeeded()
            pods.all_well(self.platform)
            self.platform.install().succeeded().unwarned()

    def restart(self, namespace):
        for pod in self.api.items(f"/api/v1/namespaces/{namespace}/pods"):
            if pod["status"]["phase"] == "Running":
                self.api.delete(f"/api/v1/namespaces/{namespace}/pods/{pod['metadata']['name']}")

    def no_namespace(self):
        with self.that("a namespace is missing"):
            self.platform.kubectl("delete", "namespace", "spark", "--timeout=60s").succeeded()
            self.platform.install(*ONLY, timeout="30s").failed_with('namespaces "spark" not found', AGAIN)
        with self.that("install.sh makes it again and names the Secrets that went with it"):
            self.platform.install().failed_with("spark/aws-secret", "./create-secrets.sh")
            self.platform.script("create-secrets.sh").succeeded()
            self.platform.install().succeeded().unwarned()
            pods.all_well(self.platform)

    def silent_webhook(self):
        self.stand_ins.webhooks.silent.add(FLINK_WEBHOOK)
        with self.that("a webhook fails in the middle of a release"):
            eventually(lambda: len(self.stand_ins.webhooks.listeners) == 1, 20, lambda: self.stand_ins.webhooks.listeners)
            change = ("--", "--set", "flink-stack.session.taskSlots=2")
            self.platform.install("--only", RELEASE, *change, timeout="30s").failed_with("failed calling webhook", AGAIN)
        self.stand_ins.webhooks.silent.clear()
        with self.that("install.sh succeeds once it answers again", basis=True):
            eventually(lambda: len(self.stand_ins.webhooks.listeners) == 2, 20, lambda: self.stand_ins.webhooks.listeners)
            self.platform.install().succeeded().unwarned()

    def killed_helm(self):
        with self.that("Helm was killed during an upgrade: the message says how to go back"):
            # A pod that cannot be scheduled keeps Helm waiting until it is killed.
            value = "flink-stack.sqlGateway.resources.requests.cpu=900"
            self.kill_while_waiting([self.platform.folder / "install.sh", *ONLY, "--", "--set", value])
            run = self.platform.install().failed_with("is locked (pending-upgrade)", "rollback")
            advice = re.search(r"rollback (\S+) REVISION -n (\S+)", run.output)
            expect(advice, run.output)
        with self.that("the cure that it names works", basis=True):
            release, namespace = advice.groups()
            history = self.platform.helm("history", release, "-n", namespace).succeeded().output
            rows = [[cell.strip() for cell in line.split("\t")] for line in history.splitlines()]
            good = [row[0] for row in rows if row[2] in ("deployed", "superseded")]
            expect(good, history)
            self.platform.helm("rollback", release, good[-1], "-n", namespace, "--wait", "--timeout", "2m").succeeded()
            self.platform.install().succeeded().unwarned()
            pods.all_well(self.platform)

    def kill_while_waiting(self, command):
        process = subprocess.Popen(
            list(map(str, command)), env=self.platform.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=bound_to_parent,
        )
        try:
            eventually(self.pending, 60, lambda: "Helm is not waiting")
            time.sleep(1)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def pending(self):
        selector = f"labelSelector=owner=helm,name={RELEASE},status=pending-upgrade"
        return bool(self.api.items(f"/api/v1/namespaces/{NAMESPACE}/secrets?{selector}")) and bool(pods.unwell(self.platform))

    def edited_by_hand(self):
        """Only Helm 4 applies on the server, which knows who wrote what."""
        if not self.platform.helm_version.startswith("4"):
            return
        with self.that("somebody scaled a Deployment by hand"):
            self.platform.kubectl("scale", "-n", "flink", "deployment/flink-sql-gateway", "--replicas=2").succeeded()
            run = self.platform.install("--only", RELEASE)
            run.failed_with('conflict with "kubectl"', AGAIN, "README.md, section Troubles")
        with self.that("the cure of README.md works"):
            self.platform.install("--only", RELEASE, "--", "--force-conflicts").succeeded().unwarned()
            self.platform.install().succeeded().unwarned()
