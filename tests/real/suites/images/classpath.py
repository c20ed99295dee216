"""The classes of jars that one class loader sees together."""

import functools
import itertools
import re
import zipfile
from collections import Counter

from suites.checks import expect

CLASS = re.compile(r"\b(?:org|com|software)(?:\.[a-z][a-z0-9_]*){2,}\.[A-Z]\w+")
# Chart whose files name classes, and the images whose jars must have them.
NAMED = {
    "spark-stack": ["spark-lakehouse"],
    "fluss-stack": ["fluss-lakehouse"],
    "flink-stack": ["flink-lakehouse", "job-artifacts"],
}
# Classes that base images bring outside the folders to which ours are added.
ELSEWHERE = {
    "com.amazonaws.auth.WebIdentityTokenCredentialsProvider": "in the S3 plugins of Flink and Fluss, under a name of their own",
    "org.apache.flink.metrics.prometheus.PrometheusReporterFactory": "in plugins/metrics-prometheus of Flink",
}


@functools.cache
def classes(jar):
    """Name of each class to the checksum of its bytes."""
    with zipfile.ZipFile(jar) as archive:
        return {
            entry.filename.removesuffix(".class").replace("/", "."): entry.CRC
            for entry in archive.infolist()
            if entry.filename.endswith(".class") and not entry.filename.startswith("META-INF/") and "module-info" not in entry.filename
        }


def bases(parts):
    """Jars that a base image has in a folder to which ours are added: folder to files, or to names of the lists."""
    return {
        "/opt/spark/jars": sorted((parts["pyspark"] / "jars").glob("*.jar")),
        "/opt/fluss/plugins/iceberg": ["fluss-lake-iceberg"],
    }


def files(images, bases, image, folder):
    """The jars of one classpath: ours, then those of the base image."""
    own = [entry.jar.stored() for entry in images.classpaths()[image, folder] if entry.known]
    base = bases.get(folder, [])
    named = [entry.jar.stored() for entry in images.lock if entry.known and artifact(entry.jar.file) in base]
    return [*own, *dict.fromkeys(named), *(file for file in base if not isinstance(file, str))]


def artifact(file):
    """The name of a jar without its version, and without the release line of another product."""
    return re.sub(r"(-\d[\w.]*)?(_\d[\w.]*)?-v?\d[\w.]*?(-[\w-]+)?\.jar$", "", file)


def unlisted(images, bases, listed):
    """Fails for classes that are there twice with different content and not listed; returns the entries that were met."""
    used, found = set(), []
    for image, folder in images.classpaths():
        if folder.startswith("s3://"):
            continue
        jars = files(images, bases, image, folder)
        ours = {entry.jar.stored() for entry in images.classpaths()[image, folder] if entry.known}
        for one, other in itertools.combinations(jars, 2):
            if not {one, other} & ours:
                continue
            twice = [name for name in classes(one).keys() & classes(other).keys() if classes(one)[name] != classes(other)[name]]
            pair = {artifact(one.name), artifact(other.name)}
            for number, entry in enumerate(listed):
                if entry["image"] == image and set(entry["jars"]) == pair:
                    before = len(twice)
                    twice = [name for name in twice if not name.startswith(tuple(f"{package}." for package in entry["packages"]))]
                    if len(twice) < before:
                        used.add(number)
            if twice:
                packages = Counter(".".join(name.split(".")[:3]) for name in twice)
                found.append(f"{image} {folder}: {one.name} and {other.name}: {dict(packages.most_common(8))}")
    expect(not found, lambda: "\n".join(found))
    return used


def expect_used(used, listed):
    unused = [f"{entry['image']}: {' and '.join(entry['jars'])}" for number, entry in enumerate(listed) if number not in used]
    expect(not unused, lambda: "\n".join(unused))


def expect_listed(found, listed):
    expect(found == sorted(listed), lambda: f"without a checksum: {found}\nlisted: {sorted(listed)}")


def named_classes(images, bases):
    """Classes that templates of our charts name, in the jars of the image that reads them."""
    lacking, seen = [], 0
    for chart, names in NAMED.items():
        paths = [path for path in images.classpaths() if path[0] in names]
        if any(not entry.known for path in paths for entry in images.classpaths()[path]):
            # A jar that nobody has here may hold the class; known.yaml lists such jars.
            continue
        place = images.platform / "charts" / "lakehouse" / "charts" / chart
        text = "".join(file.read_text() for file in [place / "values.yaml", *sorted(place.glob("templates/*.yaml"))])
        had = {name for path in paths for jar in files(images, bases, *path) for name in classes(jar)}
        for name in sorted(set(CLASS.findall(text)) - ELSEWHERE.keys()):
            seen += 1
            if name not in had:
                lacking.append(f"{chart}: {name} is in no jar of {' or '.join(names)}")
    expect(seen and not lacking, lambda: "\n".join(lacking) or "no class is named")
