"""A machine of a cluster: runs the pods of rendered workloads as processes that see what their containers would see.

Each pod has its own network, address and host name, the mounts, environment, user and command that its template says, and finds
Services by their names. So nothing that the charts render is replaced.
"""

import ipaddress
import os
import socket
import subprocess

from fault import Fault
from servers.pod import Pod

BRIDGE, NETWORK = "pods", ipaddress.ip_network("10.244.0.0/16")
WORKLOADS = ("StatefulSet", "Deployment", "Job")


def ip(*arguments):
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True)
    if done.returncode:
        raise Fault(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


class Node:
    """`objects` are all that is rendered; `images` maps names of `servers.images` to images with a root.

    `patience` is how many seconds a pod may take to be ready.
    """

    def __init__(self, folder, objects, images, patience=400):
        if os.getuid():
            raise Fault("pods need root: mounts, users and network namespaces of their own")
        self.folder, self.objects, self.images, self.patience = folder, objects, images, patience
        self.folder.mkdir(parents=True)
        (self.folder / "empty").mkdir()
        self.running = []
        self.pods = {}
        hosts = iter(NETWORK.hosts())
        gateway = next(hosts)
        for workload in (one for one in objects if one["kind"] in WORKLOADS):
            for ordinal in range(workload["spec"].get("replicas", 1)):
                pod = Pod(self, workload, ordinal, str(next(hosts)))
                self.pods[pod.namespace, pod.name] = pod
        self.check_services()
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("address", "add", f"{gateway}/{NETWORK.prefixlen}", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for pod in reversed(self.running):
            pod.stop(grace=0)
        ip("link", "delete", BRIDGE)

    def object(self, kind, namespace, name):
        for one in self.objects:
            if (one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]) == (kind, namespace, name):
                return one
        raise Fault(f"nothing renders {kind} {namespace}/{name}")

    def pod(self, namespace, name):
        """The pod of that name, or the first of a workload whose name begins so (Jobs carry a checksum)."""
        found = [pod for (space, full), pod in self.pods.items() if space == namespace and full.startswith(name)]
        if not found:
            raise Fault(f"nothing renders a pod {namespace}/{name}")
        return found[0]

    def selected(self, service):
        selector, namespace = service["spec"].get("selector") or {}, service["metadata"]["namespace"]
        return [pod for pod in self.pods.values() if pod.namespace == namespace and selector.items() <= pod.labels.items()]

    def services(self):
        return [one for one in self.objects if one["kind"] == "Service"]

    def check_services(self):
        """Names lead straight to pods here, so a Service must not change the port."""
        for service in self.services():
            for port in service["spec"]["ports"]:
                for pod in self.selected(service):
                    if port["port"] != pod.port(port.get("targetPort", port["port"])):
                        raise Fault(f"Service {service['metadata']['name']} changes port {port['port']}, which this network cannot")

    def hosts(self, namespace):
        """Text of /etc/hosts for pods of a namespace: what the cluster's DNS answers them."""
        lines = ["127.0.0.1 localhost"]
        for service in self.services():
            name, place = service["metadata"]["name"], service["metadata"]["namespace"]
            for pod in self.selected(service)[:1]:
                lines += [f"{pod.address} {alias}" for alias in aliases(name, place, namespace)]
        for pod in self.pods.values():
            if pod.subdomain:
                lines += [f"{pod.address} {alias}" for alias in aliases(f"{pod.name}.{pod.subdomain}", pod.namespace, namespace)]
            lines.append(f"{pod.address} {pod.name}")
        return "\n".join(lines) + "\n"

    def url(self, namespace, service, port):
        """Where this program reaches a port of a Service."""
        found = self.selected(self.object("Service", namespace, service))
        if not found:
            raise Fault(f"Service {namespace}/{service} selects no pod")
        wanted = {name for entry in self.object("Service", namespace, service)["spec"]["ports"] for name in (entry["port"], entry.get("name"))}
        if port not in wanted:
            raise Fault(f"Service {namespace}/{service} has no port {port}")
        return f"http://{found[0].address}:{found[0].port(port)}"

    def logs(self):
        """Everything that any container printed: name to text."""
        return {str(file.relative_to(self.folder)): file.read_text(errors="replace") for file in self.folder.rglob("*.log")}

    def memory(self):
        """Resident MiB of all pods."""
        return sum(pod.memory() for pod in self.running)


def aliases(name, place, namespace):
    names = [f"{name}.{place}.svc.cluster.local", f"{name}.{place}.svc", f"{name}.{place}"]
    return [*names, name] if place == namespace else names


def answers(address, port):
    with socket.create_connection((address, port), timeout=2):
        return True
