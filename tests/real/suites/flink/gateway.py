"""Statements at the SQL gateway's REST API; version 3 of it, which Flink 1.20 has too."""

import json
import time
import urllib.error
import urllib.request

from suites.checks import Failed

CAUSES = ("Exception", "Error:", "Caused by")


class Gateway:
    """One session. `settings` are its properties."""

    def __init__(self, address, **settings):
        self.address = f"{address}/v3"
        properties = {"table.dml-sync": "true", **{name.replace("__", "-").replace("_", "."): value for name, value in settings.items()}}
        self.session = self.call("POST", "/sessions", {"properties": properties})["sessionHandle"]

    def __call__(self, *statements, seconds=400):
        """Runs the statements; the rows of the last one, each a tuple."""
        rows = []
        for statement in statements:
            rows = self.run(statement, time.monotonic() + seconds)
        return rows

    def run(self, statement, deadline):
        operation = self.call("POST", f"/sessions/{self.session}/statements", {"statement": statement})["operationHandle"]
        page, rows = f"/sessions/{self.session}/operations/{operation}/result/0?rowFormat=JSON", []
        while page:
            answer = self.call("GET", page)
            if answer["resultType"] == "NOT_READY":
                time.sleep(0.2)
            else:
                rows += [tuple(row["fields"]) for row in answer["results"]["data"]]
                if answer["resultType"] == "EOS":
                    return rows
                page = (answer.get("nextResultUri") or "").removeprefix("/v3")
                page += "" if "rowFormat" in page else "&rowFormat=JSON" if "?" in page else "?rowFormat=JSON"
            if time.monotonic() > deadline:
                raise Failed(f"no end of: {statement}")
        return rows

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            text = "\n".join(json.loads(refusal.read() or b"{}").get("errors", []))
            causes = [line for line in text.splitlines() if any(word in line for word in CAUSES)]
            raise Failed("\n".join(causes[:15]) or text[:3000]) from None


def jobs(session):
    """Name to (id, state) of the jobs of a session cluster; of jobs that ran twice, the later."""
    with urllib.request.urlopen(f"{session}/jobs/overview", timeout=30) as answer:
        found = sorted(json.load(answer)["jobs"], key=lambda job: job["start-time"])
    return {job["name"]: (job["jid"], job["state"]) for job in found}


def get(session, path):
    with urllib.request.urlopen(session + path, timeout=30) as answer:
        return json.load(answer)
