"""Runs the waiting script of the Fluss chart against a small catalog on loopback."""
import json
import os
import subprocess
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SCRIPT = Path(__file__).parents[2] / "chart-templates/fluss/chart/files/wait-for-catalog.sh"
TOKEN = "/api/catalog/v1/oauth/tokens"


class Catalog(ThreadingHTTPServer):
    """Answers the statuses it is given, one a request, then 200; remembers what it was asked."""

    def __init__(self, tokens=(), configs=()):
        super().__init__(("127.0.0.1", 0), Answer)
        self.statuses = {"POST": list(tokens), "GET": list(configs)}
        self.requests = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def respond(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.requests.append((self.command, self.path, dict(self.headers), parse_qs(body)))
        left = self.server.statuses[self.command]
        status = left.pop(0) if left else 200
        answer = json.dumps({"access_token": "to.ken-1"} if self.command == "POST" else {"defaults": {}}, indent=2).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = respond


class WaitForCatalog(unittest.TestCase):
    def run_script(self, address, **more):
        environment = {
            "PATH": os.environ["PATH"],
            "CATALOG_URI": address + "/api/catalog",
            "CATALOG_OAUTH_URI": address + TOKEN,
            "CATALOG_WAREHOUSE": "lakehouse",
            "CATALOG_REALM": "POLARIS",
            "POLARIS_CLIENT_ID": "fluss-id",
            "POLARIS_CLIENT_SECRET": "not~a.secret",
            "WAIT_SECONDS": "20",
            "WAIT_STEP": "0",
            **more,
        }
        return subprocess.run(["sh", SCRIPT], env=environment, capture_output=True, text=True, timeout=60)

    def catalog(self, **statuses):
        catalog = Catalog(**statuses)
        self.addCleanup(catalog.server_close)
        self.addCleanup(catalog.shutdown)
        return catalog

    def test_asks_as_the_principal_for_the_warehouse(self):
        catalog = self.catalog()
        done = self.run_script(catalog.address)
        self.assertEqual(done.returncode, 0, done.stderr)
        (_, path, headers, form), (_, config, asked, _) = catalog.requests
        self.assertEqual(path, TOKEN)
        self.assertEqual(headers["Polaris-Realm"], "POLARIS")
        self.assertEqual(
            form,
            {
                "grant_type": ["client_credentials"],
                "scope": ["PRINCIPAL_ROLE:ALL"],
                "client_id": ["fluss-id"],
                "client_secret": ["not~a.secret"],
            },
        )
        self.assertEqual(urlsplit(config).path, "/api/catalog/v1/config")
        self.assertEqual(parse_qs(urlsplit(config).query), {"warehouse": ["lakehouse"]})
        self.assertEqual(asked["Authorization"], "Bearer to.ken-1")
        self.assertIn("the catalog lakehouse is open", done.stdout)

    def test_waits_for_principal_and_catalog_and_says_each_reason_once(self):
        catalog = self.catalog(tokens=[401, 401, 401], configs=[404, 404])
        done = self.run_script(catalog.address)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("does not know the principal (status 401)"), 1)
        self.assertEqual(done.stdout.count("the catalog lakehouse is missing"), 1)

    def test_gives_up_with_the_reason(self):
        for statuses, reason in [
            ({"tokens": [400] * 9}, "does not know the principal (status 400)"),
            ({"tokens": [503] * 9}, "status 503 from"),
            ({"configs": [403] * 9}, "may not use it yet (status 403)"),
        ]:
            with self.subTest(reason):
                done = self.run_script(self.catalog(**statuses).address, WAIT_SECONDS="1", WAIT_STEP="1")
                self.assertEqual(done.returncode, 1)
                self.assertIn("gave up after 1 seconds", done.stderr)
                self.assertIn(reason, done.stderr)

    def test_nobody_listens(self):
        closed = Catalog()
        address = closed.address
        closed.shutdown()
        closed.server_close()
        done = self.run_script(address, WAIT_SECONDS="1", WAIT_STEP="1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Polaris is not up yet", done.stderr)

    def test_the_secret_is_in_no_output(self):
        done = self.run_script(self.catalog(tokens=[401]).address)
        self.assertNotIn("not~a.secret", done.stdout + done.stderr)
        self.assertNotIn("to.ken-1", done.stdout + done.stderr)

    def test_a_missing_variable_is_named(self):
        done = self.run_script("http://127.0.0.1:1", CATALOG_WAREHOUSE="")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("CATALOG_WAREHOUSE", done.stderr)


if __name__ == "__main__":
    unittest.main()
