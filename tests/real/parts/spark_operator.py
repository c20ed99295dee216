"""The Spark operator: controller and webhook in one program."""

import platform
import re
from pathlib import Path

import fetch
from fault import Fault
from parts import cache, go

SOURCE = Path(__file__).parent / "spark_operator"
MODULE = "github.com/kubeflow/spark-operator/v2"
# Measured: modules 0.5 GB, build cache 1.1 GB, toolchain 0.3 GB.
MEGABYTES = 3000


def obtain():
    """The folder that holds the program `spark-operator`."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Fault("the Spark operator is built for Linux on x86-64 only")
    sources = [file.read_bytes() for file in sorted(SOURCE.iterdir())]
    key = cache.digest(Path(go.__file__).with_name("go.json").read_bytes(), *sources)
    return cache.part("spark-operator", key, make, MEGABYTES)


def make(folder):
    version = re.search(rf"^\s+{re.escape(MODULE)} (v\S+)", (SOURCE / "go.mod").read_text(), re.MULTILINE).group(1)
    fetch.say(f"Spark operator {version} is built once, about 5 minutes on 2 cores")
    symbols = [f"k8s.io/component-base/version.gitVersion={version}"]
    go.build(SOURCE, folder / "spark-operator", symbols, f"{MODULE}/cmd/operator")
