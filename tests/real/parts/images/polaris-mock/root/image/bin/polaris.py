#!/usr/bin/python3 -B
"""Stands in for the Polaris server: the mock of tests/bootstrap behind what the image reads.

Realm, ports and key files come from the mounted application.properties, the root credential from the database, as in the real
server. MOCK_DROP_AFTER: the connection is lost after so many answers.
"""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mock_polaris import Polaris, Server

PROPERTIES = "/deployments/config/application.properties"


def properties():
    with open(PROPERTIES) as file:
        return dict(line.strip().split("=", 1) for line in file if "=" in line)


def root_credential(realm):
    """Client id and secret that the admin tool left in the database."""
    database = os.environ["quarkus.datasource.jdbc.url"].removeprefix("jdbc:")
    variables = {**os.environ, "PGUSER": os.environ["quarkus.datasource.username"], "PGPASSWORD": os.environ["quarkus.datasource.password"]}
    statement = f"SELECT client_id, secret FROM polaris_schema.stand_in WHERE realm_id = '{realm}'"
    done = subprocess.run(["psql", "-XwqtA", "-F", " ", "-c", statement, database], env=variables, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"Failed to initialize DatasourceOperations: {done.stderr}")
    return done.stdout.split()


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path.startswith(("/q/health/", "/q/metrics")) else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def main():
    found = properties()
    for key in ("private", "public"):
        with open(found[f"polaris.authentication.token-broker.rsa-key-pair.{key}-key-file"]) as file:
            if f"BEGIN {key.upper()} KEY" not in file.read():
                sys.exit(f"Could not reconstruct the {key} key")
    polaris = Polaris(found["polaris.realm-context.realms"])
    client, secret = root_credential(polaris.realm)
    polaris.credentials = {client: (secret, "root")}
    polaris.drop_after = int(os.environ.get("MOCK_DROP_AFTER", 0)) or None
    polaris.log = Printed()
    management = ThreadingHTTPServer(("0.0.0.0", int(found["quarkus.management.port"])), Health)
    threading.Thread(target=management.serve_forever, daemon=True).start()
    Server(polaris, int(found["quarkus.http.port"]), "0.0.0.0")
    threading.Event().wait()


class Printed(list):
    """The requests, also in the log of the container."""

    def append(self, request):
        super().append(request)
        print("request", *request, flush=True)


main()
