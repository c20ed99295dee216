"""The Spark operator: controller and webhook in one program."""

import re
from pathlib import Path

import fetch
from parts import go

SOURCE = Path(__file__).parent / "spark_operator"
MODULE = "github.com/kubeflow/spark-operator/v2"
# Measured: modules 0.5 GB, build cache 1.1 GB, toolchain 0.3 GB.
MEGABYTES = 3000


def obtain():
    """The folder that holds the program `spark-operator`."""
    return go.part("spark-operator", "the Spark operator", SOURCE, make, MEGABYTES)


def make(folder):
    version = re.search(rf"^\s+{re.escape(MODULE)} (v\S+)", (SOURCE / "go.mod").read_text(), re.MULTILINE).group(1)
    fetch.say(f"Spark operator {version} is built once, about 5 minutes on 2 cores")
    symbols = [f"k8s.io/component-base/version.gitVersion={version}"]
    go.build(SOURCE, folder / "spark-operator", symbols, f"{MODULE}/cmd/operator")
