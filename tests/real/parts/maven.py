"""Jars by coordinate and checksum: fetched once through the Maven client, kept under their checksum, linked where they are needed."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import fetch
from fault import Fault
from parts import cache

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
# One request fetches all items, nothing below them.
REQUEST = """<project>
  <modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId><version>3.6.1</version>
    <configuration><outputDirectory>{out}</outputDirectory><artifactItems>{items}</artifactItems></configuration>
  </plugin></plugins></build>
</project>
"""
ITEM = "<artifactItem><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>{}</artifactItem>"
BARE = "<project><modelVersion>4.0.0</modelVersion><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></project>\n"


@dataclass(frozen=True)
class Jar:
    """`coordinate` is group:artifact:version[:classifier]; `folder` is where it lies in an image."""

    coordinate: str
    sha256: str
    folder: str = ""

    @property
    def words(self):
        return self.coordinate.split(":")

    @property
    def file(self):
        return "-".join(self.words[1:]) + ".jar"

    def stored(self):
        return store() / self.sha256 / self.file


def listed(file):
    """The jars of a list: folder, coordinate, checksum a line."""
    lines = [line.split() for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return [Jar(coordinate, sha256, folder) for folder, coordinate, sha256 in lines]


def store():
    return fetch.cache_folder() / "real" / "jars"


def obtain(jars):
    """Fetches what the store lacks."""
    store().mkdir(parents=True, exist_ok=True)
    missing = {jar.coordinate: jar for jar in jars if not jar.stored().exists()}
    if not missing:
        return
    fetch.say(f"{len(missing)} jars: " + ", ".join(jar.file for jar in missing.values()))
    with tempfile.TemporaryDirectory(dir=store(), prefix=".fetch-") as scratch, cache.faults_of_the_disk(store(), "jars"):
        download(missing.values(), Path(scratch))
        for jar in missing.values():
            keep(jar, Path(scratch) / "out" / jar.file)


def download(jars, scratch):
    repository = scratch / "repository"
    items = []
    for jar in jars:
        group, artifact, version, *classifier = jar.words
        folder = repository.joinpath(*group.split("."), artifact, version)
        folder.mkdir(parents=True, exist_ok=True)
        # A bare POM keeps the client from reading parents, which some releases lack.
        (folder / f"{artifact}-{version}.pom").write_text(BARE.format(group, artifact, version))
        items.append(ITEM.format(group, artifact, version, f"<classifier>{classifier[0]}</classifier>" if classifier else ""))
    request = scratch / "pom.xml"
    request.write_text(REQUEST.format(out=scratch / "out", items="".join(items)))
    run(["mvn", "-B", "-q", "-f", request, f"-Dmaven.repo.local={repository}", PLUGIN], "Maven to fetch jars")


def keep(jar, file):
    found = fetch.sha256(file.read_bytes())
    if found != jar.sha256:
        raise Fault(f"{jar.coordinate} has sha256 {found}, pinned is {jar.sha256}")
    jar.stored().parent.mkdir(exist_ok=True)
    file.rename(jar.stored())


def run(command, need):
    try:
        fetch.run(list(map(str, command)), need)
    except fetch.Missing as fault:
        raise Fault(str(fault)) from None


def place(jar, root):
    """Puts a stored jar into its folder below `root`; the same bytes on disk where the file system can link."""
    target = root / jar.folder.lstrip("/") / jar.file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(jar.stored(), target)
    except OSError:
        shutil.copy(jar.stored(), target)
    target.chmod(0o644)
