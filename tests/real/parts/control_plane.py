"""The Kubernetes control plane: one program that is etcd, API server, controllers, scheduler, fake kubelet and kubectl."""

import re
from pathlib import Path

import fetch
from parts import go

SOURCE = Path(__file__).parent / "control_plane"
# Measured: modules 0.6 GB, build cache 2.9 GB, toolchain 0.3 GB.
MEGABYTES = 4500


def obtain():
    """The folder that holds the program `hyper`."""
    return go.part("control-plane", "the control plane", SOURCE, make, MEGABYTES)


def make(folder):
    kubernetes = pin("k8s.io/kubernetes")
    minor = kubernetes.split(".")[1]
    facts = {"gitVersion": kubernetes, "gitMajor": "1", "gitMinor": minor, "gitTreeState": "clean"}
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    fetch.say(f"Kubernetes {kubernetes} and etcd {pin('go.etcd.io/etcd/server/v3')} are built once, about 12 minutes on 2 cores")
    go.build(SOURCE, folder / "hyper", [f"{package}.{name}={value}" for package in packages for name, value in facts.items()])


def pin(module):
    found = re.search(rf"^\s+{re.escape(module)} (v\S+)$", (SOURCE / "go.mod").read_text(), re.MULTILINE)
    return found.group(1)
