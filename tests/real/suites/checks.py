"""What a suite found: each check is printed as it ends, and counted."""

import contextlib
import resource
import time
import traceback

from fault import Fault


class Failed(Exception):
    """Something is not as it should be; the text says what was found."""


class Broken(Exception):
    """A step failed that all later ones stand on; already counted."""


def expect(held, found):
    """Fails the check around it unless `held`; `found` is the text or a function that makes it."""
    if not held:
        raise Failed(found() if callable(found) else found)


class Checks:
    def __init__(self, first=False):
        """With `first`, every check is the basis of those after it."""
        self.first = first
        self.passed = self.failed = 0
        self.failures = []
        # Measured seconds by what was measured, and highest values of what is no time.
        self.times, self.peaks = {}, {}

    @contextlib.contextmanager
    def that(self, name, basis=False):
        """One check. With `basis`, a failure ends the scenario around it."""
        started = time.monotonic()
        try:
            yield
        except Broken:
            raise
        except Exception as failure:
            self.fail(name, str(failure) if isinstance(failure, (Failed, Fault)) else traceback.format_exc())
            if basis or self.first:
                raise Broken(name) from None
        else:
            self.passed += 1
            print(f"ok    {name} ({time.monotonic() - started:.1f} s)", flush=True)

    @contextlib.contextmanager
    def scenario(self, name):
        """Checks that stand on each other; the next scenario runs whatever happened here."""
        print(f"-- {name}", flush=True)
        started, spent = time.monotonic(), processor()
        try:
            yield
        except Broken:
            pass
        except Exception:
            self.fail(f"{name}: ended early", traceback.format_exc())
        self.times[name] = time.monotonic() - started
        self.times[f"{name}: processor time"] = processor() - spent

    def fail(self, name, found):
        self.failed += 1
        self.failures.append(name)
        print(f"FAIL  {name}\n{indented(found)}", flush=True)

    def peak(self, name, value):
        self.peaks[name] = max(value, self.peaks.get(name, 0))

    def result(self):
        """What `add` takes."""
        return {key: getattr(self, key) for key in ("passed", "failed", "failures", "times", "peaks")}

    def add(self, result):
        self.passed += result["passed"]
        self.failed += result["failed"]
        self.failures += result["failures"]
        self.times.update(result["times"])
        for name, value in result["peaks"].items():
            self.peak(name, value)

    def report(self):
        """Prints what was measured and what failed."""
        print("== measured")
        for name, seconds in self.times.items():
            print(f"{seconds:8.2f} s  {name}")
        for name, value in self.peaks.items():
            print(f"{value:8}    {name}")
        if self.failures:
            print("== failed")
            print("\n".join(self.failures))


def processor():
    """Seconds of processor time of this program and of what it started that has ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def indented(text, lines=40):
    return "\n".join(f"      {line}" for line in text.strip().splitlines()[-lines:])


def eventually(held, seconds, found):
    """Waits for `held()`; `found()` says what was there instead."""
    deadline = time.monotonic() + seconds
    while not held():
        expect(time.monotonic() < deadline, lambda: f"not so after {seconds} s:\n{found()}")
        time.sleep(0.3)
