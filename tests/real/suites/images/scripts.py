"""Dockerfiles and the scripts beside them."""

import os
import re
import subprocess
from dataclasses import dataclass

from fetch import sha256
from suites.checks import expect

STEP = re.compile(r"^RUN sh /jar\.sh (fetch|check) (\S+) (\w+)(?: (\S+))?$", re.MULTILINE)
HOME = re.compile(r"^COPY --from=jars /jars/ (\S+)/$", re.MULTILINE)
JOB = re.compile(r'jarURI: "?(s3://[^"\s]+)')
USER = re.compile(r"^USER (\S+)$", re.MULTILINE)


def lint(program, configuration, images):
    files = list(images.dockerfiles().values())
    expect(files, "there is no Dockerfile")
    command = [program, "--no-color", "--config", configuration, *files]
    done = subprocess.run(command, capture_output=True, text=True)
    expect(done.returncode == 0 and not done.stdout, lambda: done.stdout + done.stderr)


def agree(images):
    """What the Dockerfiles do, jar by jar, is what jars.lock says."""
    listed = {
        (entry.image, entry.jar.file, entry.jar.sha256 or "unknown", entry.path)
        for entry in images.lock
        if not entry.path.startswith("s3://")
    }
    done = set()
    for image, file in images.dockerfiles().items():
        text = file.read_text()
        home = HOME.search(text)
        expect(home, f"{image} takes no jar from its first stage")
        for step, what, sha256, folder in STEP.findall(text):
            name, folder = (coordinate_file(what), folder) if step == "fetch" else (os.path.basename(what), os.path.dirname(what))
            done.add((image, name, sha256, f"{home.group(1)}/{folder}/{name}"))
        user = USER.findall(text)[-1]
        expect(re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), f"{image} ends as user {user}")
    differing = sorted(f"{'only in jars.lock' if entry in listed else 'only in a Dockerfile'}: {' '.join(entry)}" for entry in listed ^ done)
    expect(listed and not differing, lambda: "\n".join(differing))


def jobs_are_listed(images):
    """The tiering job comes from no image: its jar is fetched by the list and uploaded."""
    text = (images.platform / "charts/lakehouse/charts/flink-stack/templates/tiering.yaml").read_text()
    listed = [entry.path for entry in images.lock if entry.path.startswith("s3://")]
    found = JOB.findall(text)
    expect(found and set(found) <= set(listed), f"run: {found}\nlisted: {listed}")


def coordinate_file(coordinate):
    _, artifact, version = coordinate.split(":")
    return f"{artifact}-{version}.jar"


@dataclass
class Fetched:
    """What fetch-jars.sh did while the registry could be reached."""

    code: int
    output: str
    files: dict
    wanted: dict

    def held(self):
        expect(self.code == 0 and self.wanted and self.files == self.wanted, lambda: f"ended with {self.code}: {self.files}\n{self.output}")


def fetch_anew(images, image):
    """The jars of one image by the generated script, from nothing."""
    done = subprocess.run(["sh", images.folder / "fetch-jars.sh", image], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    files = {file.name: sha256(file.read_bytes()) for file in sorted((images.folder / "jars").glob("*"))}
    wanted = {entry.jar.file: entry.jar.sha256 for entry in images.lock if entry.image == image}
    return Fetched(done.returncode, done.stdout + done.stderr, files, wanted)


def fetch_jars(images):
    """With the jars there already, nothing is fetched: it checks them all. One without a checksum ends it."""
    folder = images.folder / "jars"
    folder.mkdir()
    unknown = []
    for entry in images.lock:
        target = folder / entry.jar.file
        if not entry.known:
            unknown.append(entry.jar.file)
            target.write_text("not the real one")
        elif not target.exists():
            target.symlink_to(entry.jar.stored())
            size = target.stat().st_size
            expect(size == entry.bytes, f"{entry.jar.file} has {size} bytes, listed are {entry.bytes}")
    done = subprocess.run(["sh", images.folder / "fetch-jars.sh"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    said = done.stdout + done.stderr
    if unknown:
        expect(done.returncode == 1 and f"no checksum is known for {unknown[0]}: set images.build.checksums" in said, said)
    else:
        expect(done.returncode == 0 and not said, f"ended with {done.returncode}: {said}")
