"""Runs of this program beside each other: parts are fetched and built, and each scenario starts as soon as its parts are there.

Each scenario has its network namespace, so they cannot meet.
"""

import os
import sys
import time
from pathlib import Path

from servers.process import Process, descendants

RUN = Path(__file__).with_name("run.py")
LOOK = 0.5


class Task:
    """`run.py ARGUMENTS`, once all tasks of `needs` have ended well; `lane` is what it shares with others."""

    def __init__(self, title, lane, arguments, needs=()):
        self.title, self.lane, self.arguments, self.needs = title, lane, arguments, list(needs)
        self.process = None
        # Highest resident memory, of all that it started.
        self.megabytes = 0

    @property
    def code(self):
        """None until it has ended."""
        return self.process and self.process.process.poll()

    @property
    def output(self):
        return self.process.log.read_text(errors="replace") if self.process else ""

    def lacking(self):
        """The first need that failed, or lacks something itself."""
        return next((need for need in self.needs if need.code or need.lacking()), None)

    def ready(self):
        return all(need.code == 0 for need in self.needs)

    def start(self, number, folder, environment):
        command = [sys.executable, RUN, *self.arguments]
        self.process = Process(f"task-{number}", command, folder, {**os.environ, **environment, "PYTHONUNBUFFERED": "1"})

    def ended(self):
        if self.code is None:
            self.megabytes = max(self.megabytes, resident(self.process.process.pid))
        return self.code is not None


def run(tasks, lanes, folder, environment, tell):
    """Runs all tasks, in each lane in their order and at most as many at a time as `lanes` says; `tell` gets each that ended or cannot run."""
    waiting, running = list(tasks), []
    try:
        while waiting or running:
            for task in [one for one in running if one.ended()]:
                running.remove(task)
                tell(task)
            for task in list(waiting):
                if task.lacking():
                    waiting.remove(task)
                    tell(task)
                elif task.ready() and sum(one.lane == task.lane for one in running) < lanes[task.lane]:
                    waiting.remove(task)
                    task.start(len(tasks) - len(waiting), folder, environment)
                    running.append(task)
            time.sleep(LOOK)
    finally:
        for task in running:
            # Time enough to stop its own servers, and to remove half a part.
            task.process.stop(grace=30)


def resident(pid):
    """MiB of a process and all that it started; what processes share counts once for each."""
    pages = 0
    for one in descendants(pid):
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20
