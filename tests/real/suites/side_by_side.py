"""Scenarios as programs of their own, several at a time: each has its network namespace, so they cannot meet."""

import json
import os
import sys
import time

from fault import Fault
from servers.process import Process


def run(bench, checks, suite, names):
    """Runs each scenario as `run.py --only NAME SUITE`; its output is printed when it has ended."""
    waiting, running = list(names), []
    try:
        while waiting or running:
            while waiting and len(running) < bench.jobs:
                running.append(Scenario(bench, suite, waiting.pop(0), len(names) - len(waiting)))
            for scenario in [one for one in running if one.ended()]:
                running.remove(scenario)
                scenario.count(checks)
            time.sleep(0.2)
    finally:
        for scenario in running:
            # Time enough to stop its own servers.
            scenario.process.stop(grace=30)


class Scenario:
    def __init__(self, bench, suite, name, number):
        self.name, self.result = name, bench.work / f"scenario-{number}.json"
        command = [sys.executable, bench.root / "tests" / "real" / "run.py", "--only", name, "--result", self.result]
        if bench.given_charts:
            command += ["--charts", bench.charts]
        if bench.brief:
            command.append("--brief")
        environment = {**os.environ, "LAKEHELM_BIN": str(bench.lakehelm), "PYTHONUNBUFFERED": "1"}
        self.process = Process(f"scenario-{number}", [*command, suite], bench.work, environment)

    def ended(self):
        return self.process.process.poll() is not None

    def count(self, checks):
        output = self.process.log.read_text().partition("== measured")[0]
        print(output[output.find("-- ") :].rstrip(), flush=True)
        if not self.result.exists():
            raise Fault(f"the scenario {self.name} ended with {self.process.process.returncode}:\n{self.process.tail()}")
        checks.add(json.loads(self.result.read_text()))
