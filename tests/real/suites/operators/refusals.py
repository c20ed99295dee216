"""What operators refuse is refused before: refusals.yaml, entry by entry."""

import subprocess
from pathlib import Path

import yaml

from suites.checks import expect

TABLE = Path(__file__).with_name("refusals.yaml")


def run(bench, checks):
    for refusal in yaml.safe_load(TABLE.read_text()):
        for values in refusal["values"]:
            with checks.that(f"{Path(values['file']).stem}: refused before ({refusal['operator']})"):
                refused(bench, values)


def refused(bench, values):
    command = [bench.lakehelm, "validate", "--catalog", bench.root / "chart-templates", "-f", bench.root / values["file"]]
    done = subprocess.run(command, capture_output=True, text=True)
    said = done.stdout + done.stderr
    expect(done.returncode == 1, f"ended with {done.returncode}:\n{said}")
    expect(f"error[{values['rule']}]" in said, lambda: f"no {values['rule']}:\n{said}")
    expect(values["says"] in said, lambda: f"does not say {values['says']!r}:\n{said}")
