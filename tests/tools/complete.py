#!/usr/bin/env python3
"""Type lines into a real shell, press Tab and Enter: complete.py SHELL LAKEHELM LINE... prints what each line became.

The shell runs on a terminal of its own with the script of `lakehelm completions SHELL`. What it then runs as `lakehelm` is a
stand-in that prints its arguments, and hands questions about completion to the program.
"""

import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source {script}"),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; source {script}"),
    "fish": (["fish", "--no-config", "-i"], "source {script}"),
}
STAND_IN = """#!/bin/sh
if [ -n "$LAKEHELM_COMPLETE" ]; then exec "{program}" "$@"; fi
printf 'GO''T<%s>\\n' "$*"
"""
PATIENCE = 60


def read_until(terminal, text, wanted):
    """More of what the shell prints, until `wanted` is in it."""
    end = time.monotonic() + PATIENCE
    while not wanted(text):
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        if not ready:
            sys.exit(f"complete: the shell does not answer; it said:\n{text}")
        try:
            text += os.read(terminal, 65536).decode(errors="replace")
        except OSError:
            sys.exit(f"complete: the shell is gone; it said:\n{text}")
    return text


def main():
    shell, program, lines = sys.argv[1], Path(sys.argv[2]).absolute(), sys.argv[3:]
    command, prepare = SHELLS[shell]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script"
        script.write_bytes(subprocess.run([program, "completions", shell], check=True, capture_output=True).stdout)
        stand_in = Path(folder) / "lakehelm"
        stand_in.write_text(STAND_IN.format(program=program))
        stand_in.chmod(0o755)
        (Path(folder) / "v.yaml").touch()
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(folder)
            os.environ.update(PATH=f"{folder}:{os.environ['PATH']}", TERM="dumb", PS1="$ ", HOME=folder)
            os.execvp(command[0], command)
        os.write(terminal, (prepare.format(script=script) + "; echo REA''DY\n").encode())
        text = read_until(terminal, "", lambda text: re.search(r"READY\r?\n", text))
        for number, line in enumerate(lines, 1):
            # Enter ends the line whether something was completed or not.
            os.write(terminal, f"{line}\t\r".encode())
            text = read_until(terminal, text, lambda text: len(re.findall(r"GOT<.*?>\r?\n", text)) >= number)
        os.close(terminal)
        os.waitpid(child, 0)
    for found in re.findall(r"GOT<(.*?)>\r?\n", text):
        print(found)


if __name__ == "__main__":
    main()
