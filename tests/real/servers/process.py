"""A server process: started, awaited, and ended with all that it started."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

from fault import Fault

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def bound_to_parent():
    """In the child: a process group of its own, and the end of this program, however it comes, ends the child too."""
    os.setsid()
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """One server, asked to end by `stop_signal`. Its output goes to `<folder>/<name>.log`."""

    def __init__(self, name, command, folder, environment=None, stop_signal=signal.SIGTERM):
        self.name, self.stop_signal = name, stop_signal
        self.log = folder / f"{name}.log"
        with open(self.log, "wb") as output:
            try:
                self.process = subprocess.Popen(
                    list(map(str, command)), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                    env=environment, preexec_fn=bound_to_parent,
                )
            except OSError as fault:
                raise Fault(f"{name} cannot be started: {fault}") from None

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def wait_until(self, ready, seconds, what="ready"):
        """Waits for `ready()`; an OSError counts as no."""
        deadline = time.monotonic() + seconds
        while True:
            if self.process.poll() is not None:
                raise Fault(f"{self.name} ended with {self.process.returncode}; the last lines of its log:\n{self.tail()}")
            with contextlib.suppress(OSError):
                if ready():
                    return
            if time.monotonic() > deadline:
                raise Fault(f"{self.name} is not {what} after {seconds} s; the last lines of its log:\n{self.tail()}")
            time.sleep(0.1)

    def memory(self):
        """Resident MiB at this moment."""
        with contextlib.suppress(OSError), open(f"/proc/{self.process.pid}/status") as status:
            return next((int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS")), 0)
        return 0

    def stop(self, grace=0):
        """Ends the process group; without a grace period at once, for servers whose state is thrown away."""
        with contextlib.suppress(ProcessLookupError):
            if grace:
                os.killpg(self.process.pid, self.stop_signal)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(grace)
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def descendants(pid):
    """The process and all that it and its children started and that still run."""
    children = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found
