"""The configuration of a generated SparkApplication, run by Spark: main file from S3, a table created, changed and read.

The driver runs with the variables, user and mounts of its pod, executors inside it (local mode): what the operator makes of the
object is the business of the suite `operators`.
"""

from servers import spark_driver
from suites import stack
from suites.checks import expect
from suites.rendered import VALUES
from suites.spark import driver

PROGRAMS = stack.PROGRAMS
PARTS = ["s3"]
IMAGES = ("catalog", "spark")
# The small AWS SDK: 64 MB instead of 684.
SETTINGS = ["images.build.sparkJars=slim"]
APPLICATION = "proof"


def fetch_generated(root, lakehelm):
    return stack.fetch(root, lakehelm, IMAGES, SETTINGS)


def scenarios(_):
    return {"Spark": run}


def run(bench, checks):
    with checks.scenario("Spark"), stack.node(bench, IMAGES, SETTINGS, [VALUES], spark_driver.add) as node:
        with checks.that("MinIO and the catalog are up", basis=True):
            stack.start_storage(node)
            node.pod("polaris", "polaris-0").start().ready()
        with checks.that("the main file is put where the application names it", basis=True):
            driver.upload(node, APPLICATION)
        with checks.that("the application: main file from S3, table created, appended, changed, maintained, read", basis=True):
            driver.run(node, APPLICATION)
        with checks.that("its data files are in the bucket of the catalog"):
            expect(any(name.startswith("silver/event/data/") for name in stack.stored(node, "iceberg")), "none")
        with checks.that("no log holds a Secret's value"):
            stack.nowhere(node)
