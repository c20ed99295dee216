"""Every Spark application of one platform, from its resource to its driver's pod."""

from suites.checks import eventually, expect
from suites.kubernetes import pods
from suites.kubernetes.lifecycle import Lifecycle
from suites.operators import driver

GROUP = "/apis/sparkoperator.k8s.io/v1beta2"
NAMESPACE = "spark"
# What the values file takes from the cluster: a driver's own Secret, and the priority of a pod.
OWN_SECRET = "campaign-api"
PRIORITY = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "platform"}, "value": 1000}
# What spark-submit takes on two busy cores.
PATIENCE = 180


class Spark:
    def __init__(self, platform, stand_ins, operator, checks):
        self.platform, self.operator, self.checks = platform, operator, checks
        self.api = platform.cluster.api
        self.steps = Lifecycle(platform, stand_ins, checks)

    def run(self):
        with self.checks.that("the platform is installed, and the real webhook answers install.sh", basis=True):
            self.install()
        with self.checks.that("every application was generated and accepted", basis=True):
            self.applications = self.named("sparkapplications")
            self.scheduled = self.named("scheduledsparkapplications")
            kinds = {spec["type"] for spec in self.specs().values()}
            expect(kinds == {"Python", "Scala", "Java"}, f"types: {kinds}")
        self.submitted()
        self.suspended()
        self.on_schedule()
        self.executor()
        self.refused()

    def install(self):
        self.steps.install_missing_crds()
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": OWN_SECRET}, "stringData": {"CAMPAIGN_KEY": "test"}}
        self.api.create(f"/api/v1/namespaces/{NAMESPACE}/secrets", secret)
        self.api.create("/apis/scheduling.k8s.io/v1/priorityclasses", PRIORITY)
        self.steps.create_secrets()
        self.platform.install().succeeded().unwarned()
        self.operator.await_ready()

    def named(self, plural):
        found = self.api.items(f"{GROUP}/namespaces/{NAMESPACE}/{plural}")
        expect(found, f"no {plural}")
        return {one["metadata"]["name"]: one for one in found}

    def specs(self):
        """The application in each resource; a scheduled one has it as its template."""
        return {
            **{name: one["spec"] for name, one in self.applications.items()},
            **{name: one["spec"]["template"] for name, one in self.scheduled.items()},
        }

    def submitted(self):
        for name, application in self.applications.items():
            if application["spec"].get("suspend"):
                continue
            with self.checks.that(f"{name}: the real spark-submit makes its driver"):
                self.reaches(name, "RUNNING")
            self.driver_of(name, name, application["spec"])

    def driver_of(self, title, application, spec):
        with self.checks.that(f"{title}: the driver's pod carries what was generated, in a namespace that enforces restricted"):
            labels = self.api.get(f"/api/v1/namespaces/{NAMESPACE}")["metadata"]["labels"]
            expect(labels.get("pod-security.kubernetes.io/enforce") == "restricted", f"{labels}")
            driver.carries(self.pod(application, "driver"), spec, "driver")
        with self.checks.that(f"{title}: the driver reads the Spark configuration that was generated"):
            driver.configured(self.api, NAMESPACE, application, spec)
        with self.checks.that(f"{title}: monitors and network policies find the driver"):
            driver.found(self.api, NAMESPACE, self.pod(application, "driver"))
        with self.checks.that(f"{title}: the driver's Secrets are there: its pod is ready"):
            eventually(lambda: pods.is_well(self.pod(application, "driver")), 30, lambda: pods.obstacle(self.pod(application, "driver")))

    def suspended(self):
        for name, application in self.applications.items():
            if not application["spec"].get("suspend"):
                continue
            with self.checks.that(f"{name}: suspended, it has no driver; resumed, it has one"):
                self.reaches(name, "SUSPENDED")
                expect(not self.pods(name, "driver"), "a suspended application has a driver")
                self.merge("sparkapplications", name, {"suspend": False})
                self.reaches(name, "RUNNING")
            self.driver_of(name, name, application["spec"])

    def on_schedule(self):
        for name, scheduled in self.scheduled.items():
            with self.checks.that(f"{name}: the operator takes the schedule"):
                state = lambda: self.status("scheduledsparkapplications", name)
                eventually(lambda: state().get("scheduleState") == "Scheduled" and state().get("nextRun"), 60, state)
            with self.checks.that(f"{name}: when its time comes, it is run", basis=True):
                self.time_has_come(name)
                eventually(lambda: self.last_run(name, "RUNNING"), PATIENCE, self.operator.tail)
            self.driver_of(name, self.last_run(name, "RUNNING"), scheduled["spec"]["template"])

    def executor(self):
        """The driver makes executors; none runs here, so a pod as a driver makes it stands in for one."""
        for name, spec in self.specs().items():
            with self.checks.that(f"{name}: an executor's pod gets what was generated from the webhook"):
                driver.carries(self.made_by_driver(name, spec), spec, "executor")

    def made_by_driver(self, name, spec):
        application = name if name in self.applications else self.status("scheduledsparkapplications", name)["lastRunName"]
        body = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": f"{name}-exec-1",
                "labels": {
                    **spec["executor"].get("labels", {}), "spark-role": "executor", "sparkoperator.k8s.io/app-name": application,
                    "sparkoperator.k8s.io/launched-by-spark-operator": "true", "spark-app-name": application,
                },
            },
            "spec": {"serviceAccountName": spec["executor"]["serviceAccount"], "containers": [{"name": "spark-kubernetes-executor", "image": spec["image"]}]},
        }
        return self.api.create(f"/api/v1/namespaces/{NAMESPACE}/pods?dryRun=All", body)

    def refused(self):
        with self.checks.that("the definitions refuse a mode that Spark does not have"):
            (name, *_) = self.applications
            run = self.platform.kubectl("patch", "sparkapplication", name, "-n", NAMESPACE, "--type=merge", "-p", '{"spec": {"mode": "clusterr"}}')
            run.failed_with('Unsupported value: "clusterr"')

    def reaches(self, name, state):
        found = lambda: self.status("sparkapplications", name).get("applicationState", {})
        eventually(lambda: found().get("state") in (state, "FAILED", "SUBMISSION_FAILED"), PATIENCE, lambda: f"{found()}\n{self.operator.tail()}")
        expect(found().get("state") == state, lambda: f"{name}: {found()}\n{self.operator.tail()}")

    def last_run(self, name, state):
        """The name of the last run of a schedule, once it is in that state."""
        run = self.status("scheduledsparkapplications", name).get("lastRunName")
        found = {one["metadata"]["name"]: one for one in self.api.items(f"{GROUP}/namespaces/{NAMESPACE}/sparkapplications")}
        return run if found.get(run, {}).get("status", {}).get("applicationState", {}).get("state") == state else None

    def status(self, plural, name):
        return self.api.get(f"{GROUP}/namespaces/{NAMESPACE}/{plural}/{name}").get("status", {})

    def time_has_come(self, name):
        """The schedule stays as it is; the operator believes that its next run is due. One write: an operator that is woken twice, and looks
        again before it sees what it wrote itself, starts a second run in the place of the first."""
        place = f"{GROUP}/namespaces/{NAMESPACE}/scheduledsparkapplications/{name}"
        merge = "application/merge-patch+json"
        self.api.request("PATCH", f"{place}/status", {"status": {"nextRun": "2026-01-01T00:00:00Z"}}, merge)

    def merge(self, plural, name, spec):
        self.api.request("PATCH", f"{GROUP}/namespaces/{NAMESPACE}/{plural}/{name}", {"spec": spec}, "application/merge-patch+json")

    def pods(self, application, role):
        selector = f"labelSelector=sparkoperator.k8s.io/app-name={application},spark-role={role}"
        return self.api.items(f"/api/v1/namespaces/{NAMESPACE}/pods?{selector}")

    def pod(self, application, role):
        found = self.pods(application, role)
        expect(len(found) == 1, f"{len(found)} pods of {application} with role {role}")
        return found[0]
