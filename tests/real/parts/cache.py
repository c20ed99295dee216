"""The cache folder: one folder a part, complete or absent. What another run uses stays: the same part of another key then stands beside it."""

import contextlib
import errno
import fcntl
import hashlib
import shutil
import tempfile
from pathlib import Path

import fetch
from fault import Fault

KEY = "key"
# Open files of the parts that this program uses, each with a shared lock that ends with it.
USED = []


def digest(*contents):
    """One name for a set of sources and pins."""
    whole = hashlib.sha256()
    for content in contents:
        whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()


def package(pin, beside):
    """The bytes of a pinned package of a registry; what is kept of it on the way lies beside the folder `beside`."""
    with tempfile.TemporaryDirectory(dir=beside.parent) as scratch:
        try:
            return fetch.download(pin, scratch)
        except fetch.Missing as fault:
            raise Fault(str(fault)) from None


def part(name, key, make, megabytes):
    """The folder of a part, made when it is missing or of another key.

    `make(new)` fills an empty folder beside the final place, so that an interrupted run leaves no half part.
    `megabytes` is what making it takes on that disk at its highest, build caches included.
    """
    root = fetch.cache_folder() / "real"
    root.mkdir(parents=True, exist_ok=True)
    folder = root / name
    with open(root / f".{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        every = [folder, *root.glob(f"{name}@*")]
        for one in every:
            if holds(one, key):
                return used(one)
        require_space(root, name, megabytes)
        with tempfile.TemporaryDirectory(dir=root, prefix=f".{name}-") as scratch:
            new = Path(scratch) / name
            new.mkdir()
            with faults_of_the_disk(root, name):
                make(new)
                (new / KEY).write_text(key)
            for one in every:
                if not in_use(one):
                    shutil.rmtree(one, ignore_errors=True)
            if folder.exists():
                folder = root / f"{name}@{hashlib.sha256(key.encode()).hexdigest()[:12]}"
            new.rename(folder)
        return used(folder)


def used(folder):
    USED.append(open(folder / KEY))
    fcntl.flock(USED[-1], fcntl.LOCK_SH)
    return folder


def in_use(folder):
    """Whether a program that runs has got this folder from `part`."""
    try:
        with open(folder / KEY) as stamp:
            fcntl.flock(stamp, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def holds(folder, key):
    stamp = folder / KEY
    return stamp.is_file() and stamp.read_text() == key


def require_space(root, name, megabytes):
    free = shutil.disk_usage(root).free // 2**20
    if free < megabytes:
        raise Fault(f"{name} needs {megabytes} MiB to be made, {root} has {free} MiB free: set LAKEHELM_TOOLS to a larger disk")


@contextlib.contextmanager
def faults_of_the_disk(root, name):
    try:
        yield
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            raise Fault(f"the disk of {root} is full; {name} is not complete and was removed") from None
        raise
