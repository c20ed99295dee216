"""The machinery of these suites: what is missing or broken is said plainly, and nothing keeps running."""

import contextlib
import errno
import io
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

import fetch
import machine
import schedule
from fault import Fault
from parts import cache, go
from servers.process import Process
from suites.checks import Failed, eventually, expect

PROGRAMS = ()
PARTS = []
HERE = Path(__file__).resolve().parent.parent


def scenarios(_):
    return {"machinery": run}


def run(bench, checks):
    with tempfile.TemporaryDirectory(dir=bench.work) as folder, mock.patch.dict(os.environ, LAKEHELM_TOOLS=folder):
        folder = Path(folder)
        servers(folder, checks)
        parts(folder, checks)
        programs(folder / "programs", checks)
        tasks(folder, checks)
        with checks.that("a killed run leaves no server behind"):
            killed(folder)


def servers(folder, checks):
    with checks.that("a server that ends: its name, its code and the end of its log"), said("broken", "ended with 3", "no such plug-in"):
        Process("broken", ["sh", "-c", "echo no such plug-in; exit 3"], folder).wait_until(lambda: False, 20)
    with checks.that("a server that never answers: how long it was awaited, and its log"):
        process = Process("deaf", ["sh", "-c", "echo waiting for godot; exec sleep 60"], folder)
        with said("deaf is not ready after 1 s", "waiting for godot"):
            process.wait_until(lambda: False, 1)
        process.stop()
        expect(process.process.returncode is not None, "it still runs")
    with checks.that("a port in use"):
        listen = "import socket,sys,time; held = socket.create_server(('127.0.0.1', int(sys.argv[1]))); print('up', flush=True); time.sleep(60)"
        first = Process("first", [sys.executable, "-c", listen, 21111], folder)
        try:
            first.wait_until(lambda: "up" in first.tail(), 20)
            with said("second ended with 1", "Address already in use"):
                Process("second", [sys.executable, "-c", listen, 21111], folder).wait_until(lambda: False, 20)
        finally:
            first.stop()
    with checks.that("a program that is not there"), said("absent cannot be started", "/nonexistent/program"):
        Process("absent", ["/nonexistent/program"], folder)


def parts(folder, checks):
    with checks.that("a part is made once"):
        made = []
        for _ in range(2):
            cache.part("once", "a", made.append, 1)
        cache.part("once", "b", made.append, 1)
        expect(len(made) == 2, f"made {len(made)} times for two keys")
    with checks.that("a part that is in use stays, the same one of another key stands beside it until both are free"):
        before = len(cache.USED)
        places = [cache.part("shared", key, lambda new: None, 1) for key in "ab"]
        expect(all(place.is_dir() for place in places) and len(set(places)) == 2, f"{places}")
        expect(cache.part("shared", "b", lambda new: 1 / 0, 1) == places[1], "made again")
        while len(cache.USED) > before:
            cache.USED.pop().close()
        expect(cache.part("shared", "c", lambda new: None, 1) == places[0], "not where a part belongs")
        expect(not places[1].exists(), f"{places[1]} is left")
    with checks.that("a part that cannot be made leaves nothing"):
        with contextlib.suppress(ZeroDivisionError):
            cache.part("half", "a", lambda new: (new / "file").write_text("half") and 1 / 0, 1)
        left = [str(path) for path in folder.rglob("*half*") if path.is_dir()]
        expect(not left, f"{left}")
    with checks.that("a full disk"), said("the disk of", "is full; full is not complete"):
        cache.part("full", "a", full_disk, 1)
    with checks.that("too little space, before anything is fetched"), said("large needs", "LAKEHELM_TOOLS"):
        cache.part("large", "a", full_disk, 2**50)
    with checks.that("a wrong checksum"), said("has sha256", f"pinned is {go.PIN['packageSha256']}"):
        with mock.patch.object(fetch, "run", lambda command, *_, **__: other_file(command)):
            go.toolchain(folder)
    with checks.that("a missing tool"), said("'no-such-client' is not in PATH"):
        try:
            fetch.run(["no-such-client"], "a client")
        except fetch.Missing as missing:
            raise Fault(str(missing)) from None


def programs(folder, checks):
    """A machine that has an apt-get and nothing else."""
    folder.mkdir()
    stub = folder / "apt-get"
    stub.write_text(f"#!{sys.executable}\nimport sys; print(*sys.argv[1:], file=open({str(folder / 'calls')!r}, 'a'))\n")
    stub.chmod(0o755)
    with mock.patch.dict(os.environ, PATH=str(folder)):
        with checks.that("programs that the machine lacks: their names, and the line that installs them"):
            with said("envsubst, ip", "apt-get install --yes --no-install-recommends gettext-base iproute2"):
                try:
                    machine.require(("ip", "envsubst", "/usr/bin/python3"))
                except machine.Missing as missing:
                    raise Fault(str(missing)) from None
        with checks.that("a program that is there and too old: its version, and the one that is wanted"):
            java = folder / "java"
            java.write_text("#!/bin/sh\necho 'Picked up JAVA_TOOL_OPTIONS: -Xmx512m' >&2\necho 'openjdk version \"11.0.25\" 2024-10-15' >&2\n")
            java.chmod(0o755)
            with said(f"{java} is 11.0.25, wanted 17 or newer", "put it first in PATH"):
                try:
                    machine.require(("java",))
                except machine.Missing as missing:
                    raise Fault(str(missing)) from None
            java.unlink()
        with checks.that("root gets them from Debian packages, others are told to"):
            with mock.patch.object(os, "getuid", lambda: 1000):
                machine.install()
            expect(not (folder / "calls").exists(), "somebody without rights has called apt-get")
            with mock.patch.object(os, "getuid", lambda: 0), contextlib.redirect_stdout(io.StringIO()):
                machine.install()
            update, install = (folder / "calls").read_text().splitlines()
            expect(update.startswith("update") and {"iproute2", "gettext-base", "maven"} <= set(install.split()), f"{update}\n{install}")


def tasks(folder, checks):
    """What run.py does with several scenarios, with tasks that are small programs."""
    folder = folder / "tasks"
    folder.mkdir()
    program = folder / "program.py"
    program.write_text("import sys, time; time.sleep(float(sys.argv[1])); sys.exit(int(sys.argv[2]))")
    with mock.patch.object(schedule, "RUN", program), mock.patch.object(schedule, "LOOK", 0.02):
        with checks.that("tasks wait for what they need, lanes are kept, and nothing runs on what failed"):
            first, broken = schedule.Task("first", "build", [0.3, 0]), schedule.Task("broken", "fetch", [0, 1])
            second = schedule.Task("second", "scenario", [0, 0], [first])
            never = schedule.Task("never", "scenario", [0, 0], [first, broken])
            after = schedule.Task("after", "scenario", [0, 0], [never])
            told = []
            schedule.run([after, never, second, broken, first], {"build": 1, "fetch": 1, "scenario": 1}, folder, {}, told.append)
            titles = [task.title for task in told]
            expect(sorted(titles) == ["after", "broken", "first", "never", "second"], f"{titles}")
            expect(titles.index("first") < titles.index("second"), f"{titles}")
            expect((second.code, broken.code, never.code, after.code) == (0, 1, None, None), "other codes")
            expect(never.lacking() is broken and after.lacking() is never, "another cause")


@contextlib.contextmanager
def said(*phrases):
    """The block ends in a Fault that holds the phrases."""
    try:
        yield
    except Fault as fault:
        missing = [phrase for phrase in phrases if phrase not in str(fault)]
        expect(not missing, f"{missing} is not in: {fault}")
    else:
        raise Failed("no fault was raised")


def full_disk(_):
    raise OSError(errno.ENOSPC, "No space left on device")


def other_file(command):
    (Path(command[command.index("--dest") + 1]) / "go.whl").write_bytes(b"something else")


def killed(folder):
    """A run that gets SIGKILL can clean nothing up: the kernel ends its servers."""
    script = "import sys, time; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from servers.process import Process; "
    script += "print(Process('orphan', ['sleep', '600'], Path(sys.argv[2])).process.pid, flush=True); time.sleep(600)"
    runner = subprocess.Popen([sys.executable, "-B", "-c", script, HERE, folder], stdout=subprocess.PIPE, text=True)
    server = int(runner.stdout.readline())
    expect(alive(server), "the server did not start")
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    eventually(lambda: not alive(server), 10, lambda: f"process {server} still runs")


def alive(pid):
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z"
    return False
