"""A Kubernetes control plane of five processes: etcd, API server, controllers, scheduler, fake kubelet."""

import contextlib
import json
import secrets
import time
import urllib.request
from pathlib import Path

from servers import network
from servers.api import Api, Refused
from servers.authority import Authority, openssl
from servers.process import Process

NODES = 3
CONTROLLERS = (Path(__file__).parent / "controllers.txt").read_text().split()
USERS = {
    "admin": "system:masters",
    "fake-kubelet": "system:masters",
    "system:kube-controller-manager": "",
    "system:kube-scheduler": "",
}
STORAGE_CLASS = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "kubernetes.io/host-path",
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "WaitForFirstConsumer",
}


class ControlPlane:
    """Up between `with` and its end; state lies in `folder` and is worth nothing afterwards."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.kubeconfig = folder / "kubeconfig"
        self.processes = []

    def __enter__(self):
        started = time.monotonic()
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        self.seconds = time.monotonic() - started
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.folder.mkdir(parents=True)
        (self.folder / "log").mkdir()
        self.port, etcd, peer = network.free_ports(3)
        self.start_etcd(etcd, peer)
        self.authority = Authority(self.folder / "pki")
        tokens = self.write_tokens()
        self.api = Api(self.port, tokens["admin"], self.authority.certificate)
        server = self.start_api_server(etcd)
        self.launch(
            "kube-controller-manager", "--kubeconfig", self.kubeconfig_of("system:kube-controller-manager"),
            "--secure-port", 0, "--leader-elect=false", "--use-service-account-credentials", "--profiling=false",
            "--service-account-private-key-file", self.folder / "pki" / "accounts.key",
            "--root-ca-file", self.authority.certificate, "--enable-hostpath-provisioner", "--controllers", ",".join(CONTROLLERS),
        )
        self.launch(
            "kube-scheduler", "--kubeconfig", self.kubeconfig_of("system:kube-scheduler"),
            "--secure-port", 0, "--leader-elect=false", "--profiling=false",
        )
        kubelet = self.launch("fake-kubelet", "--kubeconfig", self.kubeconfig_of("fake-kubelet"), "--nodes", NODES)
        self.api.create("/apis/storage.k8s.io/v1/storageclasses", STORAGE_CLASS)
        kubelet.wait_until(self.nodes_ready, 60)
        server.wait_until(self.accounts_ready, 60, "joined by its controllers")

    def launch(self, name, *arguments):
        process = Process(name, [self.program, name, *arguments], self.folder / "log")
        self.processes.append(process)
        return process

    def start_etcd(self, port, peer):
        client, other = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
        etcd = self.launch(
            "etcd", "--name", "test", "--data-dir", self.folder / "etcd", "--log-level", "warn", "--unsafe-no-fsync",
            "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", other,
            "--initial-advertise-peer-urls", other, "--initial-cluster", f"test={other}",
        )
        etcd.wait_until(lambda: b"true" in urllib.request.urlopen(f"{client}/health", timeout=2).read(), 60)

    def start_api_server(self, etcd):
        pki = self.folder / "pki"
        names = ["IP:127.0.0.1", f"IP:{network.SERVICES}", "DNS:localhost", "DNS:kubernetes.default.svc"]
        key, certificate = self.authority.issue("kube-apiserver", names)
        openssl("genrsa", "-out", pki / "accounts.key", 2048)
        openssl("rsa", "-in", pki / "accounts.key", "-pubout", "-out", pki / "accounts.pub")
        # An Endpoints object for the API server itself would need another address than loopback.
        server = self.launch(
            "kube-apiserver", "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", self.port,
            "--etcd-servers", f"http://127.0.0.1:{etcd}", "--endpoint-reconciler-type", "none",
            "--tls-cert-file", certificate, "--tls-private-key-file", key, "--token-auth-file", pki / "tokens.csv",
            "--authorization-mode", "RBAC", "--allow-privileged", "--service-cluster-ip-range", "10.96.0.0/16",
            "--service-account-issuer", "https://kubernetes.default.svc.cluster.local",
            "--service-account-key-file", pki / "accounts.pub", "--service-account-signing-key-file", pki / "accounts.key",
            "--profiling=false",
        )
        server.wait_until(lambda: self.answers("/readyz"), 120)
        return server

    def write_tokens(self):
        """One random token for each client; the API server maps it to a user and its groups."""
        tokens = {user: secrets.token_hex(16) for user in USERS}
        lines = [f"{token},{user},{user},{USERS[user]}\n" for user, token in tokens.items()]
        (self.folder / "pki" / "tokens.csv").write_text("".join(lines))
        for user, token in tokens.items():
            self.kubeconfig_of(user).write_text(self.configuration(token))
        self.kubeconfig.write_text(self.configuration(tokens["admin"]))
        return tokens

    def kubeconfig_of(self, user):
        return self.folder / "pki" / f"{user.removeprefix('system:')}.kubeconfig"

    def configuration(self, token):
        """A kubeconfig; JSON is YAML."""
        cluster = {"server": f"https://127.0.0.1:{self.port}", "certificate-authority": str(self.authority.certificate)}
        return json.dumps({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": "user", "user": {"token": token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "user"}}],
        })

    def answers(self, path):
        with contextlib.suppress(Refused):
            self.api.get(path)
            return True
        return False

    def nodes_ready(self):
        nodes = self.api.items("/api/v1/nodes")
        conditions = [condition for node in nodes for condition in node.get("status", {}).get("conditions", [])]
        return sum(c["type"] == "Ready" and c["status"] == "True" for c in conditions) == NODES

    def accounts_ready(self):
        return self.answers("/api/v1/namespaces/default/serviceaccounts/default") and self.answers(
            "/api/v1/namespaces/default/configmaps/kube-root-ca.crt"
        )

    def memory(self):
        return sum(process.memory() for process in self.processes)

    def stop(self):
        # The controllers make an empty folder for each volume; nothing else removes them.
        folders = []
        with contextlib.suppress(Exception):
            volumes = self.api.items("/api/v1/persistentvolumes")
            folders = [Path(volume["spec"]["hostPath"]["path"]) for volume in volumes if "hostPath" in volume["spec"]]
        for process in reversed(self.processes):
            process.stop()
        self.processes.clear()
        for folder in folders:
            with contextlib.suppress(OSError):
                folder.rmdir()
