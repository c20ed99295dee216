"""The volumes of a pod, as folders: ConfigMaps, Secrets, both projected, empty ones and claims."""

import base64
import os
import shutil

from fault import Fault


class Volumes:
    def __init__(self, pod):
        self.pod = pod

    def make(self):
        """Fills the volumes for a start of the pod; claims keep what they hold."""
        shutil.rmtree(self.pod.folder / "volumes", ignore_errors=True)
        for volume in self.pod.spec.get("volumes", []):
            folder = self.folder(volume["name"])
            folder.mkdir(parents=True)
            self.fill(folder, volume)
            self.hand_over(folder)
        for claim in self.claims():
            folder = self.folder(claim)
            if not folder.exists():
                folder.mkdir(parents=True)
                self.hand_over(folder)

    def claims(self):
        return [one["metadata"]["name"] for one in self.pod.workload["spec"].get("volumeClaimTemplates", [])]

    def folder(self, name):
        if name in self.claims():
            return self.pod.node.folder / "claims" / f"{self.pod.namespace}-{name}-{self.pod.name}"
        return self.pod.folder / "volumes" / name

    def mounts(self, container):
        for mount in container.get("volumeMounts", []):
            source = self.folder(mount["name"])
            if not source.exists():
                raise Fault(f"{self.pod.name} mounts {mount['name']}, which is no volume of it")
            if "subPath" in mount:
                source = source / mount["subPath"]
            yield [str(source), mount["mountPath"], "ro" if mount.get("readOnly") else "rw"]

    def fill(self, folder, volume):
        if "projected" in volume:
            for source in volume["projected"]["sources"]:
                self.write(folder, source)
        elif "emptyDir" not in volume:
            self.write(folder, volume)

    def write(self, folder, source):
        data = self.data(source)
        details = source.get("configMap") or source["secret"]
        places = {item["key"]: item["path"] for item in details["items"]} if "items" in details else {key: key for key in data}
        for key, place in places.items():
            if key not in data:
                raise Fault(f"{self.pod.name} wants key {key} of {details}, which is not there")
            file = folder / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(data[key])

    def data(self, source):
        """Keys and texts of the ConfigMap or Secret that a volume or a variable names."""
        for field, kind in (("configMap", "ConfigMap"), ("configMapRef", "ConfigMap"), ("configMapKeyRef", "ConfigMap")):
            if field in source:
                return self.pod.node.object(kind, self.pod.namespace, source[field]["name"]).get("data") or {}
        secret = source.get("secret") or source.get("secretRef") or source["secretKeyRef"]
        found = self.pod.node.object("Secret", self.pod.namespace, secret.get("secretName") or secret["name"])
        return {key: base64.b64decode(value).decode() for key, value in found["data"].items()}

    def hand_over(self, folder):
        """To the group that the pod's processes are in; without one, everybody may write, as on a node."""
        group = self.pod.spec.get("securityContext", {}).get("fsGroup")
        for path in (folder, *folder.rglob("*")):
            if group is not None:
                os.chown(path, 0, group)
            writable = 0o2775 if group is not None else 0o777
            path.chmod(writable if path.is_dir() else 0o660 if group is not None else 0o666)
