"""The generated scripts on a real Kubernetes API: etcd, API server, controllers and scheduler, with a fake kubelet."""

import contextlib
import tempfile
from pathlib import Path

from servers.control_plane import ControlPlane
from servers.stand_ins import StandIns
from suites import side_by_side
from suites.kubernetes.faults import Faults
from suites.kubernetes.lifecycle import Lifecycle
from suites.kubernetes.platform import Platform

PARTS = ["control-plane"]
HELM_3, HELM_4 = "3.17.3", "4.3.1"
# Starter, Helm, and the Helm of the other major that takes over and, with it, the second installation over kept volumes.
LIVES = [
    ("local", HELM_3, HELM_4),
    ("local", HELM_4, HELM_3),
    ("aws-keys", HELM_3, HELM_4),
    ("aws-keys", HELM_4, HELM_3),
    ("aws-irsa", HELM_3, HELM_4),
    ("aws-irsa", HELM_4, HELM_3),
    ("aws-keys", "3.18.0", None),
    ("local", "4.1.4", None),
    ("aws-irsa", "4.2.3", None),
]
FAULTS = [("aws-keys", HELM_3), ("aws-keys", HELM_4)]
# Each starter once, the majors by turns, no other Helm; failures once.
BRIEF = {f"local, Helm {HELM_4}", f"aws-keys, Helm {HELM_3}", f"aws-irsa, Helm {HELM_4}", f"faults, Helm {HELM_4}"}


def scenarios(brief):
    """Name of each, and what runs it on a cluster: (starter, Helm, run). The longest come first, so that none is left alone at the end."""
    for starter, helm in FAULTS:
        yield f"faults, Helm {helm}", (starter, helm, lambda *cluster: Faults(*cluster).run())
    for starter, helm, other in LIVES:
        life = lambda *cluster, other=other: Lifecycle(*cluster, None if brief else other).run()
        yield f"{starter}, Helm {helm}", (starter, helm, life)


def run(bench, checks):
    every = dict(scenarios(bench.brief))
    chosen = {name: facts for name, facts in every.items() if bench.only in name and (name in BRIEF or not bench.brief)}
    if bench.brief and not bench.only:
        left = ", ".join(sorted(every.keys() - chosen.keys()))
        print(f"      brief: not run are {left}; and a Helm of the other major, a second installation, --delete-data", flush=True)
    if len(chosen) > 1:
        side_by_side.run(bench, checks, "kubernetes", chosen)
        return
    for starter, helm, life in chosen.values():
        with cluster(bench, checks, starter, helm) as (platform, stand_ins):
            life(platform, stand_ins, checks)


@contextlib.contextmanager
def cluster(bench, checks, starter, helm):
    """A control plane of its own for one platform; nothing of it stays."""
    with tempfile.TemporaryDirectory(dir=bench.work) as folder:
        folder = Path(folder)
        with ControlPlane(bench.parts["control-plane"] / "hyper", folder / "cluster") as plane, StandIns(plane) as stand_ins:
            platform = Platform(bench, starter, plane, folder)
            platform.use_helm(helm)
            yield platform, stand_ins
            checks.peak(f"memory of the control plane, {starter}, MiB", plane.memory())
