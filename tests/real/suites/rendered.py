"""A platform as the cluster would get it: generated, rendered by Helm, patched by the post-renderer, its Secrets created.

Nothing is replaced: hosts, ports, paths and regions are those of the starter for one machine, with MinIO inside.
"""

import base64
import os
import subprocess
from pathlib import Path

import yaml

from fault import Fault
from suites.kubernetes.secret_values import variables_for

HERE = Path(__file__).parent
STARTER = "local"
VALUES = HERE / "values.yaml"
HELM = "4.3.1"


class Platform:
    """`settings` are PATH=VALUE, as `lakehelm generate --set` takes them; `values` are additional values files."""

    def __init__(self, bench, folder, settings=(), values=()):
        self.bench, self.folder = bench, folder / "platform"
        self.values = [word for file in (bench.root / "values" / f"{STARTER}.yaml", *values) for word in ("-f", file)]
        self.values += [word for setting in settings for word in ("--set", setting)]
        command = [bench.lakehelm, "generate", *self.values, "--catalog", bench.root / "chart-templates"]
        run([*command, "--charts", bench.charts, "--output", self.folder])
        self.secrets = self.create_secrets(folder / "secrets")
        self.objects = [*self.rendered(), *self.secrets]

    def rendered(self):
        """The objects of the release lakehouse, as they reach the cluster."""
        helm, charts = self.bench.helms[HELM], self.folder / "charts"
        for chart in ("polaris-stack", "fluss-stack"):
            run([helm, "dependency", "update", charts / "lakehouse" / "charts" / chart])
        lock = yaml.safe_load((self.folder / "lakehelm.lock").read_text())
        (release,) = (one for one in lock["releases"] if one["postRender"])
        text = run([helm, "template", release["name"], self.folder / release["chart"], "-n", release["namespace"]])
        text = run([self.bench.lakehelm, "post-render", "-c", self.folder / release["chart"] / "post-render.yaml"], text)
        return [one for one in yaml.safe_load_all(text) if one]

    def create_secrets(self, folder):
        """What create-secrets.sh creates, with the values that it draws or asks for; `kubectl.sh` stands in for the cluster."""
        script, environment = self.folder / "create-secrets.sh", {"KUBECTL": str(HERE / "kubectl.sh"), "SECRETS": str(folder)}
        try:
            run([script], environment=environment)
        except Fault as fault:
            asked = variables_for(str(fault))
            if not asked:
                raise
            run([script], environment={**environment, **asked})
        return [secret(file) for file in sorted(folder.glob("*/*")) if file.is_dir()]

    def secret_values(self):
        """What nobody may see."""
        return {base64.b64decode(value).decode() for one in self.secrets for key, value in one["data"].items() if held(key)}


def held(key):
    return any(word in key for word in ("secret", "password", "private"))


def secret(folder):
    data = {file.name: base64.b64encode(file.read_bytes()).decode() for file in folder.iterdir()}
    return {"kind": "Secret", "metadata": {"name": folder.name, "namespace": folder.parent.name}, "data": data}


def run(command, text="", environment=None):
    command = list(map(str, command))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HELM", "KUBE", "LAKEHELM", "XDG"))}
    done = subprocess.run(command, input=text, capture_output=True, text=True, env={**inherited, "HOME": "/nonexistent", **(environment or {})})
    if done.returncode:
        raise Fault(f"{Path(command[0]).name} {' '.join(command[1:3])} … ended with {done.returncode}:\n{done.stderr}{done.stdout}")
    return done.stdout
