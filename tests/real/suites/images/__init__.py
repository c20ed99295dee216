"""Generated Dockerfiles read by a linter; their jars fetched from the registry by the generated script, and looked into."""

import tempfile
from pathlib import Path

import yaml

from parts import maven
from suites.images import classpath, scripts
from suites.images.platform import Images

PROGRAMS = ("java", "mvn")
PARTS = ["hadolint", "pyspark"]
HERE = Path(__file__).parent
# Values files: the starters, the other version sets, jars beside the Dockerfiles with the small AWS SDK.
VALUES = [
    "values/local.yaml",
    "values/aws-keys.yaml",
    "values/aws-irsa.yaml",
    "tests/values/versions-of-april.yaml",
    "tests/values/flink-1.20.yaml",
    "tests/values/slim-images.yaml",
]


def fetch_generated(root, lakehelm):
    """The jars of all lists."""
    with tempfile.TemporaryDirectory(prefix="lakehelm-images-") as folder:
        found = [Images(root, lakehelm, values, Path(folder) / str(number)) for number, values in enumerate(VALUES)]
        maven.obtain([entry.jar for images in found for entry in images.lock if entry.known])
    return {}


def before(root, lakehelm):
    """The jars of jobs by the generated script itself."""
    with tempfile.TemporaryDirectory(prefix="lakehelm-images-") as folder:
        return {"fetched": scripts.fetch_anew(Images(root, lakehelm, VALUES[0], Path(folder) / "platform"), "job-artifacts")}


def scenarios(_):
    """One: what known.yaml lists must be met by all of them together."""
    return {f"images of {', '.join(VALUES)}": run}


def run(bench, checks):
    chosen = [values for values in VALUES if bench.only in values] or VALUES
    known = yaml.safe_load((HERE / "known.yaml").read_text())
    bases = classpath.bases(bench.parts)
    used, checked = set(), []
    with checks.that("fetch-jars.sh fetches jars with the Maven client and checks them"):
        bench.parts["fetched"].held()
    for values in chosen:
        with checks.scenario(values):
            images = Images(bench.root, bench.lakehelm, values, bench.work / "images" / Path(values).stem)
            with checks.that(f"{values}: the linter finds nothing in the Dockerfiles"):
                scripts.lint(bench.parts["hadolint"] / "hadolint", HERE / "hadolint.yaml", images)
            with checks.that(f"{values}: the Dockerfiles add the jars of jars.lock, and end without root"):
                scripts.agree(images)
            with checks.that(f"{values}: the jars that session jobs run from object storage are listed"):
                scripts.jobs_are_listed(images)
            with checks.that(f"{values}: what no list has a checksum for is known"):
                unknown = sorted(entry.jar.coordinate for entry in images.lock if not entry.known)
                classpath.expect_listed(unknown, known["withoutChecksum"].get(images.version_set, []))
            if images.lock not in checked:
                # It reads 1.1 GB; the starters have one list.
                checked.append(images.lock)
                with checks.that(f"{values}: fetch-jars.sh takes every jar of the store"):
                    scripts.fetch_jars(images)
            with checks.that(f"{values}: no class stands twice on a classpath, but for those in known.yaml"):
                used |= classpath.unlisted(images, bases, known["duplicates"])
            with checks.that(f"{values}: every class that the charts name is in a jar of its image"):
                classpath.named_classes(images, bases)
    if chosen == VALUES:
        with checks.that("known.yaml lists nothing that is not there"):
            classpath.expect_used(used, known["duplicates"])
