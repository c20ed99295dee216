"""One pod: its volumes, its init containers in order, then its containers."""

import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from fault import Fault
from servers import images
from servers.process import Process
from servers.volumes import Volumes

ENTER = Path(__file__).with_name("enter.py")
REFERENCE = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
# Servers live for minutes here: the second compiler would take a third of the processor time and give nothing back.
QUICK = "-XX:TieredStopAtLevel=1"
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


class Pod:
    def __init__(self, node, workload, ordinal, address):
        self.node, self.workload, self.address = node, workload, address
        self.namespace = workload["metadata"]["namespace"]
        self.name = f"{workload['metadata']['name']}-{ordinal}"
        template = workload["spec"]["template"]
        self.spec, self.labels = template["spec"], template["metadata"].get("labels", {})
        self.subdomain = workload["spec"].get("serviceName", "")
        self.volumes = Volumes(self)
        self.processes = {}
        self.starts = self.entered = 0

    @property
    def folder(self):
        return self.node.folder / self.namespace / self.name

    @property
    def link(self):
        """The pod's end on the bridge; a name of its own for each container that ran."""
        return f"pod{self.address.rpartition('.')[2]}-{self.entered}"

    def port(self, wanted):
        """A port by number or name."""
        for container in self.spec["containers"]:
            for port in container.get("ports", []):
                if wanted in (port["containerPort"], port.get("name")):
                    return port["containerPort"]
        raise Fault(f"pod {self.namespace}/{self.name} has no port {wanted}")

    def start(self, environment=None, patience=None):
        """Starts the pod anew: a fresh root file system, fresh emptyDirs, the claims it had. Returns itself, not yet ready.

        `environment` is added to every container's; each init container may take `patience` seconds, else what the node allows.
        """
        self.starts += 1
        self.volumes.make()
        for container in self.spec.get("initContainers", []):
            process = self.enter(container, environment)
            if code := self.wait(process, patience or self.node.patience):
                raise Fault(f"init container {container['name']} of {self.name} ended with {code}:\n{process.tail()}")
        self.node.running.append(self)
        self.processes = {one["name"]: self.enter(one, environment) for one in self.spec["containers"]}
        return self

    def ready(self):
        """Waits until the probes of all containers say yes."""
        for container in self.spec["containers"]:
            probe = container.get("readinessProbe") or container.get("startupProbe")
            if probe:
                self.processes[container["name"]].wait_until(lambda: self.probe(container, probe), self.node.patience)
        return self

    def ended(self, seconds=300):
        """Waits for the containers of a Job; their exit code."""
        return max(self.wait(process, seconds) for process in self.processes.values())

    def wait(self, process, seconds):
        try:
            return process.process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.stop()
            raise Fault(f"{process.name} of {self.name} has not ended after {seconds} s:\n{process.tail()}") from None

    def stop(self, grace=None):
        """Ends the pod as a kubelet does, with the grace period of its template."""
        period = self.spec.get("terminationGracePeriodSeconds", 30) if grace is None else grace
        for process in self.processes.values():
            process.stop(grace=period)
        self.processes = {}
        # The kernel takes its time with the namespace; the address must be free for the next start.
        subprocess.run(["ip", "link", "delete", self.link], capture_output=True)
        if self in self.node.running:
            self.node.running.remove(self)

    def kill(self):
        self.stop(grace=0)

    def tail(self, lines=15):
        return "\n".join(process.tail(lines) for process in self.processes.values())

    def log(self):
        """What the containers printed in all their lives."""
        return "".join(file.read_text(errors="replace") for file in sorted(self.folder.glob("*.log")))

    def memory(self):
        return sum(process.memory() for process in self.processes.values())

    def enter(self, container, extra):
        self.entered += 1
        image = self.image(container)
        context = {**self.spec.get("securityContext", {}), **container.get("securityContext", {})}
        user, group = context.get("runAsUser", 0), context.get("runAsGroup", context.get("runAsUser", 0))
        run = f"{container['name']}-{self.starts}"
        scratch = self.folder / f"{run}.root"
        scratch.mkdir(parents=True)
        environment = {**self.environment(container, image), **(extra or {})}
        spec = {
            "hostname": self.name,
            "network": {"address": f"{self.address}/16", "bridge": "pods", "link": self.link},
            "image": str(image.root or self.node.folder / "empty"), "scratch": str(scratch), "keep": None,
            "mounts": [
                *self.machine_files(scratch.parent, user, group),
                *([str(source), place, "ro"] for place, source in image.files.items()),
                *self.volumes.mounts(container),
            ],
            "owned": list(image.owned), "uid": user, "gid": group, "groups": [context["fsGroup"]] if "fsGroup" in context else [],
            "directory": container.get("workingDir", image.directory), "readonly": context.get("readOnlyRootFilesystem", False),
            "environment": environment,
            "command": [expanded(word, environment) for word in [*(container.get("command") or image.entrypoint), *container.get("args", [])]],
        }
        file = self.folder / f"{run}.json"
        file.write_text(json.dumps(spec))
        file.chmod(0o600)
        return Process(run, [sys.executable, "-B", ENTER, file], self.folder, stop_signal=image.stop_signal)

    def image(self, container):
        name = images.name_of(container["image"])
        if name not in self.node.images:
            raise Fault(f"there is nothing to run image {container['image']} with")
        return self.node.images[name]

    def machine_files(self, folder, user, group):
        """Names of the cluster, and a name for the user: some programs refuse to run without."""
        files = {"/etc/hosts": self.node.hosts(self.namespace), "/etc/passwd": f"root:x:0:0::/root:/bin/sh\napp:x:{user}:{group}::/:/bin/sh\n"}
        for place, text in files.items():
            file = folder / Path(place).name
            file.write_text(text)
            yield [str(file), place, "ro"]

    def environment(self, container, image):
        found = {"PATH": images.PATH, "HOME": "/", "LANG": "C.UTF-8", "HOSTNAME": self.name, **image.environment}
        limit = container.get("resources", {}).get("limits", {}).get("memory", "")
        if image.java:
            found["JAVA_TOOL_OPTIONS"] = QUICK
            if limit[-2:] in UNITS:
                # Java asks the control group, which is that of the machine here.
                found["JAVA_TOOL_OPTIONS"] += f" -XX:MaxRAM={int(limit[:-2]) * UNITS[limit[-2:]]}"
        for source in container.get("envFrom", []):
            found |= self.volumes.data(source)
        for entry in container.get("env", []):
            value = self.value(entry)
            if value is not None:
                found[entry["name"]] = expanded(value, found)
        return found

    def value(self, entry):
        if "valueFrom" not in entry:
            return str(entry.get("value", ""))
        source = entry["valueFrom"]
        if "fieldRef" in source:
            fields = {"metadata.name": self.name, "metadata.namespace": self.namespace, "status.podIP": self.address, "status.hostIP": self.address}
            return fields[source["fieldRef"]["fieldPath"]]
        reference = source.get("secretKeyRef") or source["configMapKeyRef"]
        data = self.volumes.data(source)
        if reference["key"] not in data and not reference.get("optional"):
            raise Fault(f"{reference['name']} in {self.namespace} has no key {reference['key']}")
        return data.get(reference["key"])

    def probe(self, container, probe):
        if "exec" in probe:
            return self.execute(probe["exec"]["command"], container).returncode == 0
        where = probe.get("httpGet") or probe["tcpSocket"]
        port = self.port(where["port"])
        if "tcpSocket" in probe:
            with socket.create_connection((self.address, port), timeout=2):
                return True
        try:
            with urllib.request.urlopen(f"http://{self.address}:{port}{where['path']}", timeout=5) as answer:
                return answer.status < 400
        except urllib.error.HTTPError:
            return False

    def execute(self, command, container=None):
        """Runs a command in a running container, as its user."""
        name = (container or self.spec["containers"][0])["name"]
        spec = json.loads((self.folder / f"{name}-{self.starts}.json").read_text())
        enter = ["nsenter", "-t", self.processes[name].process.pid, "-m", "-u", "-n", "-i", "--root", "--wd", "-S", spec["uid"], "-G", spec["gid"]]
        return subprocess.run(list(map(str, [*enter, *command])), env=spec["environment"], capture_output=True, text=True, timeout=120)


def expanded(text, environment):
    """`$(NAME)` as Kubernetes replaces it: an unknown name stays as it is."""
    return REFERENCE.sub(lambda found: environment.get(found[1], found[0]), text)
