"""Runs the script of the waiting init containers with pg_isready and psql replaced by programs that give recorded answers."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).parents[2] / "chart-templates/polaris/chart/files/wait-for.sh"
NO_SCHEMA = 'ERROR:  relation "polaris_schema.entities" does not exist'
WRONG_PASSWORD = 'FATAL:  password authentication failed for user "polaris"'
# Prints the next recorded answer and leaves with its code; notes what it was called with.
PROGRAM = """#!/bin/sh
printf '%s|%s|%s\\n' "$(basename "$0") $*" "${PGSSLMODE:-}" "$(test "$(basename "$0")" != psql || cat)" >> "$FOLDER/calls"
next=$(head -n 1 "$FOLDER/answers")
sed -i 1d "$FOLDER/answers"
printf '%b\\n' "${next#* }"
exit "${next%% *}"
"""


class WaitFor(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ("pg_isready", "psql"):
            (self.folder / name).write_text(PROGRAM)
            (self.folder / name).chmod(0o755)

    def wait_for(self, what, *answers, expect=0, url="jdbc:postgresql://db:5432/POLARIS"):
        (self.folder / "answers").write_text("".join(f"{answer}\n" for answer in answers))
        (self.folder / "calls").write_text("")
        variables = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "FOLDER": str(self.folder),
            "JDBC_URL": url,
            "PGUSER": "polaris",
            "PGPASSWORD": "hush",
            "REALM": "POLARIS",
            "WAIT_SECONDS": "2",
            "WAIT_STEP": "1",
        }
        done = subprocess.run(["sh", str(SCRIPT), what], env=variables, capture_output=True, text=True, timeout=60)
        self.output = done.stdout + done.stderr
        self.calls = (self.folder / "calls").read_text().splitlines()
        self.assertEqual(done.returncode, expect, self.output)
        self.assertNotIn("hush", self.output + "".join(self.calls))

    def test_database(self):
        self.wait_for("database", "2 ", "1 ", "0 ", "0 1")
        self.assertIn("waiting   no answer from postgresql://db:5432/POLARIS", self.output)
        self.assertIn("waiting   postgresql://db:5432/POLARIS starts", self.output)
        self.assertIn("database ready", self.output)
        self.assertIn("--dbname=postgresql://db:5432/POLARIS", self.calls[0])
        self.assertIn("SELECT 1;", self.calls[3])

    def test_database_that_takes_nobody_yet(self):
        self.wait_for("database", "0 ", '2 FATAL:  database "POLARIS" does not exist', "0 ", "0 1")
        self.assertIn('waiting   FATAL:  database "POLARIS" does not exist', self.output)

    def test_realm(self):
        self.wait_for("realm", f"1 {NO_SCHEMA}", "0 f", "0 t")
        self.assertIn("has no Polaris schema, which the Job", self.output)
        self.assertIn("has no realm POLARIS, which the Job", self.output)
        self.assertIn("WHERE realm_id = :'realm'", self.calls[0])
        self.assertIn("-v realm=POLARIS", self.calls[0])

    def test_warnings_are_no_answer(self):
        # PostgreSQL gives this one at every sign-in after its image got another C library.
        warning = 'WARNING:  database "POLARIS" has a collation version mismatch'
        self.wait_for("database", "0 ", f"0 {warning}\\n1")
        self.wait_for("realm", f"0 {warning}\\nf", f"0 {warning}\\nt")
        self.assertIn("has no realm POLARIS, which the Job", self.output)

    def test_only_the_tls_mode_of_the_query_reaches_libpq(self):
        self.wait_for("database", "0 ", "0 1", url="jdbc:postgresql://db/POLARIS?reWriteBatchedInserts=true&sslmode=require&ApplicationName=x")
        self.assertEqual(self.calls[0], "pg_isready --quiet --timeout=5 --dbname=postgresql://db/POLARIS|require|")
        self.assertTrue(self.calls[1].endswith(" postgresql://db/POLARIS|require|SELECT 1;"), self.calls)

    def test_wrong_password_does_not_go_away(self):
        # pg_isready asks without one.
        for what, answers in {"database": ["0 ", f"2 {WRONG_PASSWORD}"], "realm": [f"2 {WRONG_PASSWORD}"]}.items():
            with self.subTest(what):
                self.wait_for(what, *answers, expect=1)
                self.assertIn("refuses the user and password of its Secret", self.output)
                self.assertEqual(len(self.calls), len(answers))

    def test_gives_up(self):
        self.wait_for("database", "2 ", "2 ", "2 ", expect=1)
        self.assertIn("ERROR gave up after 2 s: no answer from", self.output)

    def test_other_addresses_are_refused(self):
        self.wait_for("database", expect=1, url="jdbc:mysql://db/POLARIS")
        self.assertIn("ERROR jdbcUrl must start with jdbc:postgresql://", self.output)
        self.wait_for("database", "3 ", expect=1)
        self.assertIn("ERROR jdbcUrl is not a usable address", self.output)

    def test_usage(self):
        self.wait_for("anything", expect=1)
        self.assertIn("usage: wait-for.sh database|realm", self.output)


if __name__ == "__main__":
    unittest.main()
