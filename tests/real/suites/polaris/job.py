"""The bootstrap Job: runs of it, and what it says that it did."""

import re

from suites.checks import expect

TALLY = re.compile(r"complete  (\d+) created, (\d+) updated, (\d+) unchanged")


def pod(node):
    return node.pod("polaris", "polaris-bootstrap")


def start(node):
    return pod(node).start()


def output(started):
    """What its last container has printed in this run."""
    return started.processes["bootstrap-catalog"].log.read_text()


def run(node, code=0):
    """Runs it to its end; its output."""
    started = start(node)
    found = started.ended(300)
    text = output(started)
    started.stop()
    expect(found == code, f"the Job ended with {found}:\n{text}")
    return text


def tally(text):
    """How much it created, updated and left alone."""
    return tuple(map(int, TALLY.search(text).groups()))
