"""What every suite gets: programs, charts, parts and a folder to work in."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from fault import Fault
from parts import control_plane, hadolint, pyspark, s3, spark_operator
from servers import network

PARTS = {
    "control-plane": control_plane.obtain,
    "hadolint": hadolint.obtain,
    "pyspark": pyspark.obtain,
    "spark-operator": spark_operator.obtain,
    "s3": s3.obtain,
}


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
    # How many scenarios run at a time.
    jobs: int
    given_charts: bool
    # Only what gives most for its time.
    brief: bool = False
    # How long a release may take.
    patience: str = "4m"

    @classmethod
    def prepare(cls, root, work, tools, chosen, suites):
        """Fetches what is missing, then leaves the network of the machine."""
        parts = {name: PARTS[name]() for suite in suites for name in suite.PARTS}
        lakehelm = program(root)
        for suite in suites:
            # What only generated files name.
            if hasattr(suite, "fetch_generated"):
                parts.update(suite.fetch_generated(root, lakehelm))
        charts = real_charts(chosen.charts) if chosen.charts else stand_in_charts(root, work / "charts")
        network.enter()
        (kubectl,) = tools["kubectl"].values()
        return cls(
            root, work, lakehelm, tools["helm"], kubectl, charts, parts, chosen.only, chosen.jobs, bool(chosen.charts), chosen.brief,
            chosen.patience,
        )


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
    print("upstream charts: the project's stand-ins; --charts takes real ones", flush=True)
    subprocess.run([sys.executable, "-B", root / "tests" / "tools" / "pack_charts.py", folder], check=True, stdout=subprocess.DEVNULL)
    return folder
