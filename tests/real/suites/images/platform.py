"""The folder images/ of one platform, and its list of jars."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from fault import Fault
from parts.maven import Jar


@dataclass(frozen=True)
class Entry:
    """A line of jars.lock; `sha256` and `bytes` are None where the list knows none."""

    image: str
    jar: Jar
    bytes: int | None
    path: str

    @property
    def known(self):
        return self.jar.sha256 is not None


class Images:
    def __init__(self, root, lakehelm, values, folder):
        self.platform, self.folder = folder, folder / "images"
        command = [lakehelm, "generate", "-f", root / values, "--catalog", root / "chart-templates", "--output", folder]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Fault(f"lakehelm generate failed for {values}:\n{done.stderr}")
        chosen = re.search(r"\bset: [\"']?([\w.-]+)", (root / values).read_text())
        self.version_set = chosen.group(1) if chosen else None
        self.lock = list(entries((self.folder / "jars.lock").read_text()))

    def dockerfiles(self):
        """Name of each image to its Dockerfile; the first line names the image."""
        files = sorted(self.folder.glob("*/Dockerfile"))
        return {re.match(r"# ([\w-]+):", file.read_text()).group(1): file for file in files}

    def classpaths(self):
        """Entries by image and folder: what one class loader sees of ours."""
        found = {}
        for entry in self.lock:
            found.setdefault((entry.image, entry.jar.folder), []).append(entry)
        return found


def entries(text):
    for line in text.splitlines():
        if line and not line.startswith("#"):
            image, coordinate, sha256, size, path = line.split()
            known = sha256 != "unknown"
            jar = Jar(coordinate, sha256 if known else None, path.rpartition("/")[0])
            yield Entry(image, jar, int(size) if known else None, path)
