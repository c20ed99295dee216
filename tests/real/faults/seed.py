"""Runs `lakehelm generate`, then puts the fault of SEEDED_FAULT (JSON) into the files that it wrote."""

import json
import os
import subprocess
import sys
from pathlib import Path


def main():
    done = subprocess.run([os.environ["SEEDED_PROGRAM"], *sys.argv[1:]])
    if done.returncode:
        sys.exit(done.returncode)
    out = Path(sys.argv[sys.argv.index("--output") + 1])
    fault = json.loads(os.environ["SEEDED_FAULT"])
    seeded = [str(file.relative_to(out)) for file in sorted(out.glob(fault["file"])) if seed(file, fault)]
    with open(os.environ["SEEDED_LOG"], "a") as log:
        log.writelines(f"{name}\n" for name in seeded)


def seed(file, fault):
    text = file.read_text()
    if fault["replace"] not in text:
        return False
    file.write_text(text.replace(fault["replace"], fault["with"]))
    return True


if __name__ == "__main__":
    main()
