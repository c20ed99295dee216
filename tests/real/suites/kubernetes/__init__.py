"""The generated scripts on a real Kubernetes API: etcd, API server, controllers and scheduler, with a fake kubelet."""

import contextlib
import tempfile
from pathlib import Path

from servers.control_plane import ControlPlane
from servers.stand_ins import StandIns
from suites.kubernetes.faults import Faults
from suites.kubernetes.lifecycle import Lifecycle
from suites.kubernetes.platform import Platform

PROGRAMS = ("openssl",)
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
# In brief: the whole life of one platform, most of the life of each other starter, and of all else only beginning and end; failures once.
WHOLE = f"local, Helm {HELM_4}"
MOST = {f"aws-keys, Helm {HELM_3}", f"aws-irsa, Helm {HELM_4}"}
BRIEFLY = (
    "failures on Helm 3; for other starters than local a Helm of the other major that takes a release over, a second installation, --delete-data; "
    "for six of nine pairs of starter and Helm what comes between install.sh and uninstall.sh"
)


def scenarios(brief):
    """The longest come first, so that none is left alone at the end."""
    long = {f"faults, Helm {helm}": on_cluster(starter, helm, Faults) for starter, helm in FAULTS if not brief or helm == HELM_4}
    short = {}
    for starter, helm, other in LIVES:
        name = f"{starter}, Helm {helm}"
        if not brief or name == WHOLE:
            long[name] = on_cluster(starter, helm, Lifecycle, other=other)
        elif name in MOST:
            long[name] = on_cluster(starter, helm, Lifecycle)
        else:
            short[name] = on_cluster(starter, helm, Lifecycle, ends=True)
    return long | short


def on_cluster(starter, helm, kind, **details):
    def run(bench, checks):
        with cluster(bench, checks, starter, helm) as (platform, stand_ins):
            kind(platform, stand_ins, checks, **details).run()

    return run


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
