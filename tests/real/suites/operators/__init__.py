"""Generated custom resources as their operators read them.

Spark: the real controller and webhook, and the spark-submit that they run. Flink: its definitions on the API server, and what
its webhook was seen to refuse, which `lakehelm validate` has to refuse before; no registry has that operator.
"""

import contextlib
import tempfile
from pathlib import Path

from servers.control_plane import ControlPlane
from servers.spark_operator import SparkOperator
from servers.stand_ins import StandIns
from suites import side_by_side
from suites.kubernetes.platform import Platform
from suites.operators import refusals
from suites.operators.flink import Flink
from suites.operators.spark import Spark

PARTS = ["control-plane", "spark-operator", "pyspark"]
HELM = "4.3.1"
SCENARIOS = ("Spark operator", "Flink definitions", "refusals")


def run(bench, checks):
    chosen = [name for name in SCENARIOS if bench.only in name]
    if len(chosen) > 1:
        side_by_side.run(bench, checks, "operators", chosen)
        return
    for name in chosen:
        with checks.scenario(name):
            if name == "refusals":
                refusals.run(bench, checks)
            elif name == "Spark operator":
                spark(bench, checks)
            else:
                flink(bench, checks)


def spark(bench, checks):
    with plane(bench) as (folder, cluster):
        programs = bench.parts["spark-operator"] / "spark-operator", bench.parts["pyspark"]
        with SparkOperator(cluster, *programs, folder / "spark-operator") as operator, StandIns(cluster, operator) as stand_ins:
            values = "tests/values/spark-applications.yaml"
            platform = Platform(bench, "Spark operator", cluster, folder, values, ["versions.sparkOperator=2.5.2"])
            platform.use_helm(HELM)
            Spark(platform, stand_ins, operator, checks).run()
            checks.peak("memory of the Spark operator, MiB", operator.memory())


def flink(bench, checks):
    with plane(bench) as (folder, cluster), StandIns(cluster) as stand_ins:
        platform = Platform(bench, "Flink definitions", cluster, folder, "tests/values/applications.yaml")
        platform.use_helm(HELM)
        Flink(platform, stand_ins, checks).run()


@contextlib.contextmanager
def plane(bench):
    with tempfile.TemporaryDirectory(dir=bench.work) as folder:
        folder = Path(folder)
        with ControlPlane(bench.parts["control-plane"] / "hyper", folder / "cluster") as cluster:
            yield folder, cluster
