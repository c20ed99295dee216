"""Generated Flink resources on an API server that has the operator's definitions."""

import json

from suites.checks import expect
from suites.kubernetes.lifecycle import Lifecycle

NAMESPACE = "flink"
GROUP = "/apis/flink.apache.org/v1beta1"
# Resource, a field and a value that no definition takes, and the API server's words.
WRONG = [
    ("flinkdeployment", {"job": {"upgradeMode": "stateful"}}, 'Unsupported value: "stateful"'),
    ("flinkdeployment", {"flinkVersion": "v2_3"}, 'Unsupported value: "v2_3"'),
    ("flinkdeployment", {"mode": "nativ"}, 'Unsupported value: "nativ"'),
    ("flinksessionjob", {"job": {"parallelism": "two"}}, "must be of type integer"),
]


class Flink:
    def __init__(self, platform, stand_ins, checks):
        self.platform, self.checks = platform, checks
        self.api = platform.cluster.api
        self.steps = Lifecycle(platform, stand_ins, checks)

    def run(self):
        with self.checks.that("the platform with applications and session jobs is installed without a warning", basis=True):
            self.steps.install_missing_crds()
            self.steps.create_secrets()
            self.platform.install().succeeded().unwarned()
        with self.checks.that("the cluster holds every resource as it was generated: no field is unknown, none was dropped"):
            self.kept()
        with self.checks.that("the definitions take the snapshots"):
            run = self.platform.kubectl("apply", "--server-side", "-f", self.platform.folder / "snapshots" / "flink.yaml")
            run.succeeded().unwarned()
            expect(len(self.named("flinkstatesnapshots")) == 2, "not two snapshots")
        for resource, spec, words in WRONG:
            with self.checks.that(f"the definitions refuse {json.dumps(spec)}"):
                name = next(iter(self.named(f"{resource}s")))
                patch = json.dumps({"spec": spec})
                run = self.platform.kubectl("patch", resource, name, "-n", NAMESPACE, "--type=merge", "--dry-run=server", "-p", patch)
                run.failed_with(words)

    def kept(self):
        manifest = self.platform.helm("get", "manifest", "lakehouse", "-n", "lakehouse").succeeded().output
        wanted = [one for one in self.platform.documents(manifest) if one["apiVersion"].startswith("flink.apache.org/")]
        kinds = [one["kind"] for one in wanted]
        expect(kinds.count("FlinkDeployment") >= 3 and kinds.count("FlinkSessionJob") >= 2, f"{kinds}")
        found = []
        for one in wanted:
            held = self.named(f"{one['kind'].lower()}s")[one["metadata"]["name"]]
            found += dropped(one["spec"], held["spec"], f"{one['kind']} {one['metadata']['name']} spec")
        expect(not found, lambda: "\n".join(found))

    def named(self, plural):
        found = self.api.items(f"{GROUP}/namespaces/{NAMESPACE}/{plural}")
        expect(found, f"no {plural}")
        return {one["metadata"]["name"]: one for one in found}


def dropped(wanted, held, place):
    """Places whose value is not the one that was sent."""
    if isinstance(wanted, dict) and isinstance(held, dict):
        return [line for key, value in wanted.items() for line in dropped(value, held.get(key), f"{place}.{key}")]
    if isinstance(wanted, list) and isinstance(held, list) and len(wanted) == len(held):
        return [line for i, value in enumerate(wanted) for line in dropped(value, held[i], f"{place}[{i}]")]
    return [] if wanted == held or (held is None and wanted in (None, {}, [])) else [f"{place}: sent {wanted!r}, held {held!r}"]
