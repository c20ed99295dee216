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
from suites.kubernetes.platform import Platform
from suites.operators import refusals
from suites.operators.flink import Flink
from suites.operators.spark import Spark

PROGRAMS = ("java", "openssl")
PARTS = ["control-plane", "spark-operator", "pyspark"]
HELM = "4.3.1"


def scenarios(_):
    return {"Spark operator": spark, "Flink definitions": flink, "refusals of operators": refused}


def refused(bench, checks):
    with checks.scenario("refusals of operators"):
        refusals.run(bench, checks)


def spark(bench, checks):
    with checks.scenario("Spark operator"), plane(bench) as (folder, cluster):
        programs = bench.parts["spark-operator"] / "spark-operator", bench.parts["pyspark"]
        with SparkOperator(cluster, *programs, folder / "spark-operator") as operator, StandIns(cluster, operator) as stand_ins:
            values = "tests/values/spark-applications.yaml"
            platform = Platform(bench, "Spark operator", cluster, folder, values, ["versions.sparkOperator=2.5.2"])
            platform.use_helm(HELM)
            Spark(platform, stand_ins, operator, checks).run()
            checks.peak("memory of the Spark operator, MiB", operator.memory())


def flink(bench, checks):
    with checks.scenario("Flink definitions"), plane(bench) as (folder, cluster), StandIns(cluster) as stand_ins:
        platform = Platform(bench, "Flink definitions", cluster, folder, "tests/values/applications.yaml")
        platform.use_helm(HELM)
        Flink(platform, stand_ins, checks).run()


@contextlib.contextmanager
def plane(bench):
    with tempfile.TemporaryDirectory(dir=bench.work) as folder:
        folder = Path(folder)
        with ControlPlane(bench.parts["control-plane"] / "hyper", folder / "cluster") as cluster:
            yield folder, cluster
