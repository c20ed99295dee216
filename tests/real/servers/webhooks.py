"""Admission webhooks at the addresses of their Services: they answer while a pod of theirs is ready, and admit everything."""

import http.server
import json
import ssl
import threading

ADMISSION = "/apis/admissionregistration.k8s.io/v1"


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = review["request"]
        self.server.seen.append((request["operation"], request["kind"]["kind"], request.get("namespace"), request.get("name")))
        review["response"] = {"uid": request["uid"], "allowed": True}
        del review["request"]
        body = json.dumps(review).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        # A kept connection would go on answering when the listener is closed.
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing: requests are recorded."""


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client that goes away is no fault."""


class Webhooks:
    """One listener for each Service that a webhook configuration names."""

    def __init__(self, cluster):
        self.api, self.authority = cluster.api, cluster.authority
        self.listeners = {}
        # Services (namespace, name) that do not answer, whatever their pods say: an operator that is not ready.
        self.silent = set()
        # Namespaces whose webhooks answer by themselves.
        self.real = set()
        # What was asked: (operation, kind, namespace, name).
        self.seen = []

    def follow(self):
        """Opens and closes listeners as Services and their pods come and go."""
        wanted = {address: service for service in self.services() if (address := self.address(*service))}
        for address in set(self.listeners) - set(wanted):
            self.close(address)
        for address in set(wanted) - set(self.listeners):
            self.listeners[address] = self.listen(address, wanted[address][:2])

    def services(self):
        """(namespace, name, port) of every Service that a webhook configuration names."""
        found = set()
        for plural in ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"):
            for configuration in self.api.items(f"{ADMISSION}/{plural}"):
                for hook in configuration.get("webhooks", []):
                    if service := hook["clientConfig"].get("service"):
                        found.add((service["namespace"], service["name"], service.get("port", 443)))
        return found

    def address(self, namespace, name, port):
        """Where it listens, or None while no pod behind it is ready."""
        if (namespace, name) in self.silent or namespace in self.real:
            return None
        slices = self.api.items(
            f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices?labelSelector=kubernetes.io/service-name={name}"
        )
        endpoints = [endpoint for one in slices for endpoint in one.get("endpoints") or []]
        if not any(endpoint.get("conditions", {}).get("ready") for endpoint in endpoints):
            return None
        return self.api.get(f"/api/v1/namespaces/{namespace}/services/{name}")["spec"]["clusterIP"], port

    def listen(self, address, service):
        namespace, name = service
        key, certificate = self.authority.issue(f"{name}-{namespace}", [f"DNS:{name}.{namespace}.svc"])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        listener = Listener(address, Answer)
        listener.seen = self.seen
        listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=listener.serve_forever, args=(0.1,), daemon=True).start()
        return listener

    def close(self, address):
        listener = self.listeners.pop(address)
        listener.shutdown()
        listener.server_close()

    def stop(self):
        for address in list(self.listeners):
            self.close(address)
