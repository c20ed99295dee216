"""Runs the script that bootstraps the realm, with a stand-in for Polaris' admin tool."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).parents[2] / "chart-templates/polaris/chart/files/bootstrap-realm.sh"
# Keeps its arguments, environment and credentials file; says and leaves as told.
ADMIN_TOOL = """#!/bin/sh
printf '%s\\n' "$@" > "$FOLDER/arguments"
env > "$FOLDER/environment"
cp "$4" "$FOLDER/credentials.json"
stat -c %a "$4" > "$FOLDER/mode"
echo "$SAYS"
exit "$CODE"
"""
REPEATED = "It appears this metastore manager has already been bootstrapped. To continue bootstrapping, please first purge"


class BootstrapRealm(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "admin").write_text(ADMIN_TOOL)
        (self.folder / "admin").chmod(0o755)

    def bootstrap(self, expect, says="", code=0, client="root-id", secret="hush"):
        variables = {
            "PATH": "/usr/bin:/bin",
            "FOLDER": str(self.folder),
            "SAYS": says,
            "CODE": str(code),
            "REALM": "ACME",
            "ROOT_CLIENT_ID": client,
            "ROOT_CLIENT_SECRET": secret,
            "CREDENTIALS_FILE": str(self.folder / "root.json"),
        }
        command = ["sh", str(SCRIPT), str(self.folder / "admin"), "-flag"]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60)
        self.output = done.stdout + done.stderr
        self.assertEqual(done.returncode, expect, self.output)
        self.assertNotIn("hush", self.output)
        self.assertFalse((self.folder / "root.json").exists(), "the credentials file is left")

    def read(self, name):
        return (self.folder / name).read_text()

    def test_credential_goes_through_a_private_file_only(self):
        self.bootstrap(0, says="Bootstrap completed successfully.")
        file = str(self.folder / "root.json")
        self.assertEqual(self.read("arguments").split(), ["-flag", "bootstrap", "--credentials-file", file])
        self.assertEqual(json.loads(self.read("credentials.json")), {"ACME": {"client-id": "root-id", "client-secret": "hush"}})
        self.assertEqual(self.read("mode"), "600\n")
        self.assertNotIn("hush", self.read("environment"))
        self.assertIn("Bootstrap completed successfully.", self.output)

    def test_realm_that_is_there_already(self):
        self.bootstrap(0, says="Realm 'ACME' is already bootstrapped; skipping.")
        self.bootstrap(0, says=REPEATED, code=3)

    def test_failure_of_the_tool(self):
        self.bootstrap(3, says="permission denied for database", code=3)
        self.assertIn("permission denied for database", self.output)

    def test_credential_that_the_tool_would_print(self):
        for client, secret in {"root,id": "hush", "root-id": "hush\n", "": "hush", "root": ""}.items():
            with self.subTest(client=client):
                self.bootstrap(1, client=client, secret=secret)
                self.assertIn("ERROR the root credential", self.output)
                self.assertFalse((self.folder / "arguments").exists(), "the tool ran")


if __name__ == "__main__":
    unittest.main()
