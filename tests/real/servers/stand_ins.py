"""What cert-manager, External Secrets and the operators do to objects: the programs themselves are not in this cluster.

Only what an installation waits for or trips over, as the real programs were seen to do it:
  cert-manager            the Secret of a Certificate, with its key store; the CA of webhooks that ask for one
  External Secrets        the Secret of an ExternalSecret, owned by it
  Spark operator          the CA of its own webhooks
  Flink operator          a finalizer on each of its resources; a session with session jobs is not let go
  webhooks of operators   answers, while a pod of the operator is ready (webhooks.py)
"""

import base64
import contextlib
import secrets
import threading

from servers.api import Refused
from servers.webhooks import Webhooks

PERIOD = 0.3
FLINK = "/apis/flink.apache.org/v1beta1"
FLINK_OPERATOR = "flink-kubernetes-operator"
FINALIZED = {"flinkdeployments": "flinkdeployments.flink.apache.org/finalizer", "flinksessionjobs": "flinksessionjobs.flink.apache.org/finalizer"}
ADMISSION = "/apis/admissionregistration.k8s.io/v1"


class StandIns:
    """Runs in a thread between `with` and its end."""

    def __init__(self, cluster, real=None):
        """`real` is an operator that runs itself, with a `follow` that starts it: nothing stands in for its webhook."""
        self.api, self.authority = cluster.api, cluster.authority
        self.webhooks = Webhooks(cluster)
        # Values of external Secrets by their remote key, so that copies in several namespaces agree.
        self.remote = {}
        # Resources of the Flink operator in the order in which it let them go: (plural, name).
        self.released = []
        self.faults = []
        self.acts = [self.certificates, self.external_secrets, self.authorities, self.webhooks.follow, self.flink_operator]
        if real:
            self.acts.append(real.follow)
            self.webhooks.real.add(real.NAMESPACE)
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, name="stand-ins", daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join(10)
        self.webhooks.stop()

    def run(self):
        while not self.ended.wait(PERIOD):
            for act in self.acts:
                try:
                    act()
                except Refused as refused:
                    # Objects come and go between the look and the act; the next round sees what is there.
                    if refused.status not in (404, 409, 422):
                        self.faults.append(f"{act.__name__}: {refused}")
                except OSError as fault:
                    if not self.ended.is_set():
                        self.faults.append(f"{act.__name__}: {fault}")

    def certificates(self):
        for certificate in self.api.items("/apis/cert-manager.io/v1/certificates"):
            spec, namespace = certificate["spec"], certificate["metadata"]["namespace"]
            if self.exists(f"/api/v1/namespaces/{namespace}/secrets/{spec['secretName']}"):
                continue
            names = [f"DNS:{name}" for name in spec.get("dnsNames", [])]
            key, issued = self.authority.issue(f"{namespace}-{spec['secretName']}", names)
            data = {"tls.key": key.read_bytes(), "tls.crt": issued.read_bytes(), "ca.crt": self.authority.certificate.read_bytes()}
            if spec.get("keystores", {}).get("pkcs12", {}).get("create"):
                data["keystore.p12"] = data["truststore.p12"] = b"a key store is made of the key above; nothing here reads it"
            self.create_secret(namespace, spec["secretName"], data, [])

    def external_secrets(self):
        for external in self.api.items("/apis/external-secrets.io/v1/externalsecrets"):
            meta, spec = external["metadata"], external["spec"]
            name = spec.get("target", {}).get("name") or meta["name"]
            if "deletionTimestamp" in meta or self.exists(f"/api/v1/namespaces/{meta['namespace']}/secrets/{name}"):
                continue
            data = {}
            for entry in spec["data"]:
                remote = entry["remoteRef"]
                place = (remote["key"], remote.get("property"))
                data[entry["secretKey"]] = self.remote.setdefault(place, secrets.token_hex(16).encode())
            owner = {"apiVersion": external["apiVersion"], "kind": external["kind"], "name": meta["name"], "uid": meta["uid"], "controller": True}
            self.create_secret(meta["namespace"], name, data, [owner])

    def authorities(self):
        bundle = base64.b64encode(self.authority.certificate.read_bytes()).decode()
        for plural in ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"):
            for configuration in self.api.items(f"{ADMISSION}/{plural}"):
                clients = [hook["clientConfig"] for hook in configuration.get("webhooks", [])]
                if any(client.get("service", {}).get("namespace") in self.webhooks.real for client in clients):
                    continue
                missing = [i for i, client in enumerate(clients) if not client.get("caBundle")]
                if missing:
                    operations = [{"op": "add", "path": f"/webhooks/{i}/clientConfig/caBundle", "value": bundle} for i in missing]
                    self.api.patch(f"{ADMISSION}/{plural}/{configuration['metadata']['name']}", operations)

    def flink_operator(self):
        if not self.ready(FLINK_OPERATOR):
            return
        found = {plural: self.api.items(f"{FLINK}/{plural}") for plural in FINALIZED}
        jobs = {job["metadata"]["namespace"] for job in found["flinksessionjobs"]}
        for plural, finalizer in FINALIZED.items():
            for resource in found[plural]:
                meta = resource["metadata"]
                path = f"{FLINK}/namespaces/{meta['namespace']}/{plural}/{meta['name']}"
                held = finalizer in meta.get("finalizers", [])
                if "deletionTimestamp" not in meta and not held:
                    self.api.patch(path, [{"op": "add", "path": "/metadata/finalizers", "value": [finalizer]}])
                elif "deletionTimestamp" in meta and held and not (plural == "flinkdeployments" and meta["namespace"] in jobs):
                    self.api.patch(path, [{"op": "remove", "path": "/metadata/finalizers"}])
                    self.released.append((plural, meta["name"]))

    def ready(self, name):
        deployments = self.api.items(f"/apis/apps/v1/deployments?labelSelector=app.kubernetes.io/name={name}")
        return any(deployment.get("status", {}).get("readyReplicas") for deployment in deployments)

    def exists(self, path):
        with contextlib.suppress(Refused):
            self.api.get(path)
            return True
        return False

    def create_secret(self, namespace, name, data, owners):
        self.api.create(f"/api/v1/namespaces/{namespace}/secrets", {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "ownerReferences": owners},
            "data": {key: base64.b64encode(value).decode() for key, value in data.items()},
        })
