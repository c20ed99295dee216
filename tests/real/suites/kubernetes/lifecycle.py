"""The life of one platform: its own scripts, from an empty cluster to an empty cluster."""

import re

from suites.checks import eventually, expect
from suites.kubernetes import objects, pods, policy, rights, secret_values, services

RELEASE, NAMESPACE = "lakehouse", "lakehouse"
# A value of the charts, and all that it may change.
CHANGE = "flink-stack.sqlGateway.resources.requests.cpu=333m"
CHANGED = ["deployments flink/flink-sql-gateway"]
CRDS = "tests/fixtures/crds"


class Lifecycle:
    """`other` is a Helm of the other major, which takes the release over and gives it back; None leaves that out.
    `ends`: only what comes first and last."""

    def __init__(self, platform, stand_ins, checks, other=None, ends=False):
        self.platform, self.stand_ins, self.checks, self.other, self.ends = platform, stand_ins, checks, other, ends
        self.api = platform.cluster.api
        self.helm = platform.helm_version
        self.variables = {}
        # What the scripts printed, by step.
        self.outputs = {}
        self.label = f"{platform.starter}, Helm {self.helm}"

    def run(self):
        with self.checks.scenario(self.label):
            self.until_installed()
            self.ready()
            if not self.ends:
                self.what_runs()
                self.again_and_changed()
                if self.other:
                    self.other_helm()
                self.without_post_renderer()
                self.rollback()
            self.uninstall()
            if self.other:
                self.once_more()
            self.afterwards()

    def that(self, name, basis=False):
        return self.checks.that(f"{self.label}: {name}", basis)

    def keep(self, step, run):
        self.outputs[step] = run.output
        return run

    def until_installed(self):
        with self.that("install.sh names each CRD that the cluster lacks", basis=True):
            self.install_missing_crds()
        if self.platform.has("create-secrets.sh"):
            with self.that("install.sh names the missing Secrets, and made nothing but namespaces", basis=True):
                self.keep("too early", self.platform.install()).failed_with("Secrets are missing", "./create-secrets.sh")
                releases = {one.release for one in objects.of_releases(self.api).values()}
                expect(releases == {"namespaces"}, f"objects of {releases}")
            with self.that("create-secrets.sh names every variable that it lacks, else makes every Secret", basis=True):
                self.create_secrets()
        self.spent = -self.platform.post_render_seconds()
        with self.that("install.sh", basis=True):
            run = self.keep("install", self.platform.install()).succeeded()
        self.took("install.sh", run)
        with self.that("the API server warned of nothing"):
            run.unwarned()

    def took(self, what, run):
        self.checks.times[f"{self.label}: {what}"] = run.seconds

    def install_missing_crds(self):
        """Follows install.sh: what it names is installed, until it names nothing more."""
        for _ in range(5):
            run = self.platform.install("--only", "namespaces")
            named = re.search(r"the cluster has no CRD (\S+)", run.output)
            if not named:
                run.succeeded()
                return
            run.failed_with("install ")
            self.install_crds(named.group(1).partition(".")[2])
        expect(False, f"install.sh still lacks a CRD:\n{run.output}")

    def install_crds(self, group):
        files = sorted((self.platform.bench.root / CRDS).glob(f"*.{group}.yaml"))
        expect(files, f"no CRD of {group} in {CRDS}")
        for file in files:
            self.platform.kubectl("apply", "--server-side", "-f", file).succeeded()
            self.platform.kubectl("wait", "--for=create", "-f", file, "--timeout=20s").succeeded()
            self.platform.kubectl("wait", "--for=condition=Established", "-f", file, "--timeout=20s").succeeded()

    def create_secrets(self):
        run = self.keep("create-secrets without values", self.platform.script("create-secrets.sh"))
        if run.code:
            run.failed_with("no Secret was created or changed")
            expect(not self.own_secrets(), lambda: f"made: {self.own_secrets()}")
            self.variables = secret_values.variables_for(run.output)
            expect(self.variables, run.output)
            run = self.keep("create-secrets", self.platform.script("create-secrets.sh", variables=self.variables)).succeeded()
        expect(self.own_secrets(), run.output)
        again = self.keep("create-secrets again", self.platform.script("create-secrets.sh")).succeeded()
        expect("created" not in again.output and "updated" not in again.output, again.output)

    def own_secrets(self):
        found = self.api.items("/api/v1/secrets?labelSelector=app.kubernetes.io/part-of=lakehouse")
        return sorted(pods.name(secret) for secret in found)

    def ready(self):
        with self.that("every pod is ready, every claim is bound", basis=True):
            pods.all_well(self.platform)
        self.values = secret_values.held(self.platform)

    def what_runs(self):
        with self.that("every Service has a ready endpoint for each of its ports"):
            services.served(self.platform)
        with self.that("every network policy that names pods is about pods that are there"):
            services.policies_meet_pods(self.platform)
        with self.that("nothing but release records is in the release namespace"):
            stray = [one.identity for one in objects.of_releases(self.api).values() if one.namespace == NAMESPACE]
            expect(not stray, f"{stray}")
        with self.that("namespaces enforce the pod security that they name"):
            policy.enforced(self.platform)
        with self.that("each ServiceAccount may do what it needs and nothing dangerous"):
            rights.hold(self.platform)
        with self.that("no request used a deprecated API"):
            policy.nothing_deprecated(self.api)

    def again_and_changed(self):
        self.installed = objects.settled(self.api)
        with self.that("install.sh again", basis=True):
            self.took("install.sh again", self.keep("again", self.platform.install()).succeeded().unwarned())
        with self.that("changed no object"):
            objects.unchanged(self.installed, objects.settled(self.api))
        with self.that("a changed value", basis=True):
            self.took("upgrade of one value", self.keep("upgrade", self.change()).succeeded().unwarned())
        with self.that("changes its object and no other", basis=True):
            found = objects.difference(self.installed, objects.settled(self.api))
            expect(found == CHANGED, f"changed: {found}")
            pods.all_well(self.platform)
        with self.that("post-rendering takes less than 1 % of the three"):
            spent = self.spent + self.platform.post_render_seconds()
            three = ("install.sh", "install.sh again", "upgrade of one value")
            whole = sum(self.checks.times[f"{self.label}: {what}"] for what in three)
            self.checks.times[f"{self.label}: post-rendering in these three"] = spent
            expect(0 < spent < whole / 100, f"{spent:.2f} s of {whole:.0f} s")

    def change(self):
        return self.platform.install("--only", RELEASE, "--", "--set", CHANGE)

    def other_helm(self):
        for version in (self.other, self.helm):
            with self.that(f"Helm {version} takes the releases over and changes no object", basis=True):
                before = objects.settled(self.api)
                self.platform.use_helm(version)
                self.keep(f"taken over by {version}", self.change()).succeeded().unwarned()
                objects.unchanged(before, objects.settled(self.api))

    def without_post_renderer(self):
        with self.that("an upgrade without the post-renderer says what to do and reverts nothing"):
            before = objects.settled(self.api)
            chart = next(chart for name, _, chart, _ in self.platform.releases if name == RELEASE)
            run = self.platform.helm("upgrade", RELEASE, chart, "-n", NAMESPACE)
            run.failed_with("PostRenderRequired", "use-install.sh-or-add-post-renderer-lakehelm-see-readme")
            objects.unchanged(before, objects.settled(self.api))

    def rollback(self):
        with self.that("a rollback brings back what was installed, patches included"):
            self.platform.helm("rollback", RELEASE, "1", "-n", NAMESPACE, "--wait", "--timeout", "4m").succeeded().unwarned()
            objects.same_content(self.installed, objects.settled(self.api))
            pods.all_well(self.platform)

    def uninstall(self):
        claims, secrets = self.claims(), self.own_secrets()
        with self.that("uninstall.sh", basis=True):
            run = self.keep("uninstall", self.platform.script("uninstall.sh", "--timeout", "3m")).succeeded().unwarned()
        self.took("uninstall.sh", run)
        with self.that("session jobs went before their session"):
            order = [plural for plural, _ in self.stand_ins.released]
            expect(order == sorted(order, reverse=True) and "flinkdeployments" in order, f"released: {self.stand_ins.released}")
            self.stand_ins.released.clear()
        with self.that("volumes, Secrets and namespaces stay, and nothing else"):
            eventually(lambda: not self.leftovers(), 60, lambda: "\n".join(self.leftovers()))
            expect(self.claims() == claims, lambda: f"claims were {claims}, are {self.claims()}")
            expect(self.own_secrets() == secrets, lambda: f"Secrets were {secrets}, are {self.own_secrets()}")
            expect(self.platform.namespaces(), "the namespaces are gone")
        with self.that("uninstall.sh again has nothing to do and succeeds"):
            self.keep("uninstall again", self.platform.script("uninstall.sh", "--timeout", "1m")).succeeded()

    def claims(self):
        return sorted(pods.name(claim) for claim in self.api.items("/api/v1/persistentvolumeclaims"))

    def leftovers(self):
        """Objects that are left of the platform and that nobody was promised."""
        own = {*self.platform.namespaces(), NAMESPACE}
        found = []
        for one in objects.all_objects(self.api):
            built_in = one.meta["name"] in ("default", "kube-root-ca.crt")
            promised = one.resource in ("namespaces", "persistentvolumeclaims", "secrets", "persistentvolumes")
            if (one.namespace in own or one.release) and not built_in and not promised:
                found.append(one.identity)
        return found

    def once_more(self):
        claims = self.claims()
        with self.that("install.sh after uninstall.sh finds its volumes and Secrets again", basis=True):
            self.keep("reinstall", self.platform.install()).succeeded().unwarned()
            pods.all_well(self.platform)
            expect(self.claims() == claims, lambda: f"claims were {claims}, are {self.claims()}")
        with self.that("uninstall.sh --delete-data deletes nothing for a wrong name"):
            run = self.platform.script("uninstall.sh", "--delete-data", "--timeout", "3m", answers="something\n")
            run.failed_with("not deleted")
            expect(self.claims() == claims, "claims are gone")
        with self.that("uninstall.sh --delete-data deletes the namespaces for the right one"):
            run = self.platform.script("uninstall.sh", "--delete-data", "--timeout", "3m", answers="lakehouse\n").succeeded()
            self.keep("delete data", run)
            left = sorted(self.platform.namespaces())
            expect(not left, f"left: {left}")

    def afterwards(self):
        with self.that("no script printed a Secret's value"):
            secret_values.nowhere(self.values, self.outputs)
        with self.that("what stands in for the operators met no refusal"):
            expect(not self.stand_ins.faults, lambda: "\n".join(self.stand_ins.faults))
