"""Runs the Polaris bootstrap script against a small Polaris on loopback. Needs sh, curl and python3 only."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from mock_polaris import ROOT, Polaris, Server

SCRIPT = pathlib.Path(__file__).parents[2] / "chart-templates/polaris/chart/files/bootstrap.sh"
ROLE = "arn:aws:iam::123456789012:role/vending"
STRUCTURE = f"""\
# the shape of the generated table
storage region eu-north-1
storage roleArn {ROLE}
storage pathStyleAccess false
catalog lake s3://acme-iceberg/lake/ s3://acme-iceberg/lake/ s3://acme-common/
namespace lake bronze
namespace lake bronze.raw
catalog sandbox s3://acme-iceberg/sandbox/ s3://acme-iceberg/sandbox/
principal-role rf_etl
catalog-role lake rt_content
grant lake rt_content CATALOG_MANAGE_CONTENT
grant lake rt_content TABLE_READ_DATA
assign-catalog-role rf_etl lake rt_content
principal fluss
assign-principal-role fluss rf_etl
principal flink
assign-principal-role flink rf_etl
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bootstrap(unittest.TestCase):
    shell = ["sh"]

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "work").mkdir()
        self.structure = STRUCTURE
        self.credential("root", *ROOT)
        self.credential("fluss", "fluss-id", "hush-fluss")
        self.credential("flink", "flink-id", "hush-flink")

    def serve(self, **options):
        polaris = Polaris(**options)
        server = Server(polaris)
        self.addCleanup(server.stop)
        self.url = server.url
        return polaris

    def credential(self, owner, client, secret):
        folder = self.folder / "credentials" / owner
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "client-id").write_text(client)
        (folder / "client-secret").write_text(secret)

    def run_script(self, expect=0, **environment):
        table = self.folder / "structure.txt"
        table.write_text(self.structure)
        variables = {
            "PATH": os.environ["PATH"],
            "TMPDIR": str(self.folder / "work"),
            "POLARIS_URL": self.url,
            "REALM": "POLARIS",
            "CREDENTIALS": str(self.folder / "credentials"),
            "STRUCTURE": str(table),
            "WAIT_SECONDS": "3",
            "WAIT_STEP": "1",
        } | environment
        done = subprocess.run([*self.shell, str(SCRIPT)], env=variables, capture_output=True, text=True, timeout=60)
        self.output = done.stdout + done.stderr
        self.assertEqual(done.returncode, expect, self.output)
        self.assertNotIn("hush", self.output, "a secret reached the log")
        self.assertEqual(os.listdir(self.folder / "work"), [], "the work folder is not empty")
        return done

    def test_first_run_creates_everything(self):
        polaris = self.serve()
        self.run_script()
        self.assertEqual(sorted(polaris.catalogs), ["lake", "sandbox"])
        storage = polaris.catalogs["lake"]["storageConfigInfo"]
        expected = {"storageType": "S3", "allowedLocations": ["s3://acme-iceberg/lake/", "s3://acme-common/"], "region": "eu-north-1", "roleArn": ROLE}
        self.assertEqual(storage, expected)
        self.assertEqual(polaris.namespaces, {("lake", ("bronze",)), ("lake", ("bronze", "raw"))})
        self.assertEqual(polaris.linked("grant", "lake", "rt_content"), ["CATALOG_MANAGE_CONTENT", "TABLE_READ_DATA"])
        self.assertEqual(polaris.linked("role", "rf_etl", "lake"), ["rt_content"])
        self.assertEqual(polaris.linked("principal", "flink"), ["rf_etl"])
        self.assertEqual(polaris.credentials["fluss-id"], ("hush-fluss", "fluss"))
        self.assertIn("complete  13 created, 2 updated, 0 unchanged", self.output)

    def test_second_run_changes_nothing(self):
        for legacy in (False, True):
            with self.subTest(legacy=legacy):
                polaris = self.serve(legacy=legacy)
                self.run_script()
                polaris.log.clear()
                self.run_script()
                self.assertEqual(polaris.changes(), [])
                self.assertIn("0 created, 0 updated, 15 unchanged", self.output)

    def test_server_before_1_7_adds_the_default_location(self):
        self.structure = "catalog lake s3://b/lake/ s3://b/\n"
        polaris = self.serve(legacy=True)
        self.run_script()
        polaris.log.clear()
        self.run_script()
        self.assertEqual(polaris.changes(), [])

    def test_wrong_root_credential_fails_at_once(self):
        self.serve()
        self.credential("root", "root-id", "hush-other")
        start = time.monotonic()
        self.run_script(expect=1, WAIT_SECONDS="60", WAIT_STEP="30")
        self.assertLess(time.monotonic() - start, 10)
        self.assertIn("ERROR realm POLARIS refuses the root credential", self.output)

    def test_realm_not_served_fails_at_once(self):
        polaris = self.serve(realm="OTHER")
        self.run_script(expect=1, WAIT_SECONDS="60", WAIT_STEP="30")
        self.assertIn("ERROR the server does not serve realm POLARIS", self.output)
        self.assertEqual(polaris.changes(), [])

    def test_rotated_principal_gets_the_credential_of_its_secret(self):
        polaris = self.serve()
        self.run_script()
        self.credential("fluss", "fluss-id", "hush-rotated")
        self.run_script()
        self.assertEqual(polaris.credentials["fluss-id"], ("hush-rotated", "fluss"))
        self.assertIn("set       credential of fluss", self.output)
        self.assertIn("0 created, 1 updated, 14 unchanged", self.output)

    def test_changed_storage_updates_the_catalog(self):
        polaris = self.serve()
        self.run_script()
        changes = [
            (f"storage roleArn {ROLE}", f"storage roleArn {ROLE}2", "roleArn"),
            ("storage pathStyleAccess false", "storage pathStyleAccess true\nstorage endpoint http://minio:9000", "endpoint pathStyleAccess"),
            ("s3://acme-common/", "s3://acme-other/", "allowedLocations"),
            ("storage endpoint http://minio:9000\n", "", "endpoint"),
        ]
        for version, (old, new, changed) in enumerate(changes, start=2):
            self.assertIn(old, self.structure)
            self.structure = self.structure.replace(old, new)
            self.run_script()
            self.assertIn(f"updated   catalog lake, changed: {changed}\n", self.output)
            self.assertEqual(polaris.catalogs["lake"]["entityVersion"], version)
        self.assertNotIn("endpoint", polaris.catalogs["lake"]["storageConfigInfo"])

    def test_other_aws_account_is_refused_with_the_servers_words(self):
        self.serve()
        self.run_script()
        self.structure = self.structure.replace("123456789012", "999999999999")
        self.run_script(expect=1)
        self.assertIn("HTTP 400", self.output)
        self.assertIn("Cannot modify AWS account ID", self.output)

    def test_server_that_comes_up_late_is_waited_for(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        polaris = Polaris(unready=1)
        started = []
        timer = threading.Timer(1.5, lambda: started.append(Server(polaris, port)))
        timer.start()
        self.addCleanup(lambda: [server.stop() for server in started])
        self.run_script(WAIT_SECONDS="30")
        self.assertIn(f"waiting   no answer from {self.url}", self.output)
        self.assertIn("waiting   HTTP 500", self.output)
        self.assertIn("fluss", polaris.principals)

    def test_run_after_a_lost_connection_goes_on(self):
        polaris = self.serve()
        polaris.drop_after = 6
        self.run_script(expect=1)
        polaris.drop_after = None
        self.run_script()
        self.assertEqual(polaris.linked("principal", "flink"), ["rf_etl"])
        self.assertEqual(polaris.credentials["flink-id"], ("hush-flink", "flink"))

    def test_server_that_never_comes_is_given_up(self):
        self.url = f"http://127.0.0.1:{free_port()}"
        self.run_script(expect=1)
        self.assertIn("ERROR gave up after 3 s: no answer", self.output)

    def test_bad_secrets_are_found_before_the_first_request(self):
        cases = {"with,comma": "may hold only", "line-break\n": "may hold only", "": "is empty"}
        for client, message in cases.items():
            with self.subTest(client=client):
                polaris = self.serve()
                self.credential("flink", client, "hush-flink")
                self.run_script(expect=1)
                self.assertIn(f"ERROR client-id of flink {message}", self.output)
                self.assertEqual(polaris.log, [])

    def test_missing_key_of_a_secret(self):
        self.serve()
        (self.folder / "credentials/fluss/client-secret").unlink()
        self.run_script(expect=1)
        self.assertIn("ERROR the Secret of fluss has no key client-secret", self.output)

    def test_two_principals_with_one_client_id(self):
        self.serve()
        self.credential("flink", "fluss-id", "hush-flink")
        self.run_script(expect=1)
        self.assertIn("ERROR the client id of flink belongs to another principal", self.output)

    def test_unknown_privilege(self):
        self.serve()
        self.structure = self.structure.replace("TABLE_READ_DATA", "READ_ALL")
        self.run_script(expect=1)
        self.assertIn("ERROR privilege READ_ALL of catalog role lake rt_content: HTTP 400", self.output)

    def test_a_table_that_cannot_be_read(self):
        self.serve()
        for line, message in {"catalogue x": "unknown record catalogue", 'principal-role a"b': "a character that no name"}.items():
            with self.subTest(line=line):
                self.structure = f"{line}\n"
                self.run_script(expect=1)
                self.assertIn(f"ERROR line 1 of the table: {message}", self.output)


@unittest.skipUnless(shutil.which("busybox"), "busybox, the shell of the Job's image, is not installed")
class BootstrapInBusybox(Bootstrap):
    shell = ["busybox", "ash"]


if __name__ == "__main__":
    unittest.main()
