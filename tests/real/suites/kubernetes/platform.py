"""A generated platform and its scripts, pointed at one cluster."""

import functools
import os
import subprocess
from pathlib import Path

import yaml

from fault import Fault
from suites.kubernetes.command import run

HERE = Path(__file__).parent


class Platform:
    """`folder` receives what `lakehelm generate` writes for a starter, or for the file `values` with `settings` (KEY=VALUE)."""

    def __init__(self, bench, starter, cluster, folder, values=None, settings=()):
        self.bench, self.starter, self.cluster = bench, starter, cluster
        self.folder = folder / "platform"
        self.times = folder / "post-render.times"
        command = [bench.lakehelm, "generate", "-f", bench.root / (values or f"values/{starter}.yaml")]
        command += [word for setting in settings for word in ("--set", setting)]
        command += ["--catalog", bench.root / "chart-templates", "--charts", bench.charts, "--output", self.folder]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Fault(f"lakehelm generate failed for {starter}:\n{done.stderr}")
        lock = yaml.safe_load((self.folder / "lakehelm.lock").read_text())
        # (name, namespace, chart, patched) in the order of installation.
        self.releases = [(r["name"], r["namespace"], self.folder / r["chart"], r["postRender"]) for r in lock["releases"]]
        home = folder / "helm"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HELM", "KUBE", "LAKEHELM"))},
            "KUBECONFIG": str(cluster.kubeconfig),
            "KUBECACHEDIR": str(folder / "kubectl"),
            "KUBECTL": bench.kubectl,
            "LAKEHELM": str(HERE / "timed.sh"),
            "LAKEHELM_PROGRAM": str(bench.lakehelm),
            "LAKEHELM_TIMES": str(self.times),
            "HELM_CONFIG_HOME": str(home),
            "HELM_CACHE_HOME": str(home),
            "HELM_DATA_HOME": str(home),
        }
        self.helm_version = None

    def use_helm(self, version):
        self.helm_version = version
        self.environment["HELM"] = self.bench.helms[version]

    def has(self, script):
        return (self.folder / script).exists()

    def script(self, name, *arguments, variables=None, answers="", seconds=900):
        return run([self.folder / name, *arguments], {**self.environment, **(variables or {})}, answers, seconds)

    def install(self, *arguments, timeout=None, **options):
        """What is meant to fail says a shorter timeout."""
        return self.script("install.sh", "--timeout", timeout or f"{self.bench.patience or 240}s", *arguments, **options)

    def helm(self, *arguments):
        return run([self.environment["HELM"], *arguments], self.environment)

    def kubectl(self, *arguments, answers=""):
        return run([self.bench.kubectl, *arguments], self.environment, answers)

    @functools.cached_property
    def promised(self):
        """Namespaces of the components with the labels that the first chart gives them."""
        name, namespace, chart, _ = self.releases[0]
        rendered = self.helm("template", name, chart, "-n", namespace).succeeded().output
        found = [one["metadata"] for one in self.documents(rendered) if one["kind"] == "Namespace"]
        return {one["name"]: one["labels"] for one in found}

    @staticmethod
    def documents(manifest):
        return [one for one in yaml.safe_load_all(manifest) if one]

    def namespaces(self):
        """Those of them that are there: name to labels."""
        found = {one["metadata"]["name"]: one["metadata"]["labels"] for one in self.cluster.api.items("/api/v1/namespaces")}
        return {name: found[name] for name in self.promised if name in found}

    def post_render_seconds(self):
        """What all calls of the post-renderer took until now."""
        return sum(map(int, self.times.read_text().split())) / 1e6 if self.times.exists() else 0.0
