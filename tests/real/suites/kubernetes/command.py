"""One command, run to its end."""

import contextlib
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass

from servers.process import bound_to_parent
from suites.checks import Failed, expect

# What client-go, kubectl and Helm 4 print when the API server answers with a warning.
WARNING = re.compile(r"^(W\d{4} .*|.*level=WARN .*|Warning: .*)$", re.MULTILINE)


@dataclass
class Run:
    """Output holds both streams in their order."""

    name: str
    code: int
    output: str
    seconds: float

    def succeeded(self):
        expect(self.code == 0, lambda: f"{self.name} ended with {self.code}:\n{self.output}")
        return self

    def failed_with(self, *phrases, code=1):
        """Ended with `code`, and said all the phrases."""
        expect(self.code == code, lambda: f"{self.name} ended with {self.code}, not {code}:\n{self.output}")
        missing = [phrase for phrase in phrases if phrase not in self.output]
        expect(not missing, lambda: f"{self.name} does not say {missing}:\n{self.output}")
        return self

    def unwarned(self):
        """The API server warned of nothing."""
        found = WARNING.findall(self.output)
        expect(not found, lambda: f"{self.name}: the API server warned:\n" + "\n".join(found))
        return self


def run(command, environment, answers="", seconds=900):
    """Ends the command and all that it started when it takes too long or this program is interrupted."""
    command = list(map(str, command))
    name = " ".join([os.path.basename(command[0]), *command[1:]])
    started = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=bound_to_parent,
    )
    try:
        output, _ = process.communicate(answers, timeout=seconds)
    except subprocess.TimeoutExpired:
        end(process)
        raise Failed(f"{name} has not ended after {seconds} s") from None
    except BaseException:
        end(process)
        raise
    return Run(name, process.returncode, output, time.monotonic() - started)


def end(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
