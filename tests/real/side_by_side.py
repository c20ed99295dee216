"""Several scenarios of several suites, and the parts that they need, as tasks of one run."""

import json

import bench
import schedule
from schedule import Task

# Builds take both cores, registries are slow: one of each at a time beside the scenarios.
LANES = {"build": 1, "fetch": 1}


def parts(folder, suites, checks):
    """Those that hang on no generated file."""
    schedule.run(of_all(suites).values(), LANES, folder, {}, lambda task: told_part(task, checks, counted=True))


def scenarios(root, folder, chosen, suites, names, checks):
    environment = {"LAKEHELM_BIN": str(bench.program(root))}
    for name, suite in suites.items():
        if chosen.brief and not chosen.only and hasattr(suite, "BRIEFLY"):
            print(f"      {name}, in brief: {suite.BRIEFLY}", flush=True)
    common = of_all(suites)
    own = {name: Task(f"what {name} needs", "fetch", ["--part", name]) for name, suite in suites.items() if hasattr(suite, "fetch_generated")}
    tasks = []
    for number, (suite, name) in enumerate(names):
        needs = [common[part] for part in suites[suite].PARTS] + ([own[suite]] if suite in own else [])
        tasks.append(Scenario(suite, name, options(chosen), folder / f"result-{number}.json", needs))
    tell = lambda task: task.told(checks) if isinstance(task, Scenario) else told_part(task, checks)
    schedule.run([*common.values(), *own.values(), *tasks], {**LANES, "scenario": chosen.jobs}, folder, environment, tell)


def of_all(suites):
    """A task for each part by its name."""
    names = dict.fromkeys(name for suite in suites.values() for name in suite.PARTS)
    return {name: Task(f"part {name}", "build" if name in bench.BUILT else "fetch", ["--part", name]) for name in names}


def options(chosen):
    given = [("--charts", chosen.charts), ("--patience", chosen.patience)]
    flags = [flag for flag, set_ in (("--brief", chosen.brief), ("--first", chosen.first)) if set_]
    return [*flags, *(word for option, value in given if value for word in (option, value))]


def told_part(task, checks, counted=False):
    """Only what failed counts where parts are on the way to something else."""
    if task.code == 0:
        print(task.output, end="", flush=True)
        checks.passed += counted
    else:
        checks.fail(task.title, task.output)


class Scenario(Task):
    def __init__(self, suite, name, given, result, needs):
        super().__init__(f"{suite}: {name}", "scenario", ["--scenario", name, "--result", result, *given, suite], needs)
        self.suite, self.result = suite, result

    def told(self, checks):
        """Prints what it found, and counts it."""
        if lacking := self.lacking():
            checks.fail(self.title, f"not run: {lacking.title} is not there")
        elif not self.result.exists():
            checks.fail(self.title, f"ended with {self.code}:\n{self.output}")
        else:
            print(f"== {self.output.partition('== ')[2].partition('== measured')[0].rstrip()}", flush=True)
            checks.add(json.loads(self.result.read_text()))
            checks.peak(f"MiB of memory, {self.title}", self.megabytes)
