"""The Kubernetes API as JSON over HTTPS, for what would cost a kubectl process each time."""

import contextlib
import http.client
import json
import ssl
import threading
import time


class Refused(Exception):
    """An answer that is not a success: its status and the server's message."""

    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status = status


class Api:
    """One connection a thread, with the rights of the token."""

    def __init__(self, port, token, authority):
        self.port, self.token = port, token
        self.context = ssl.create_default_context(cafile=authority)
        self.local = threading.local()

    def request(self, method, path, body=None, kind="application/json"):
        """As every client of this API, asks again when the server says that it is not ready yet (a new CRD: 429)."""
        for _ in range(50):
            try:
                return self.once(method, path, body, kind)
            except Refused as refused:
                if refused.status != 429:
                    raise
                time.sleep(0.2)
        return self.once(method, path, body, kind)

    def once(self, method, path, body, kind):
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", "Content-Type": kind}
        data = None if body is None else json.dumps(body)
        # A kept connection may have been closed meanwhile: once more on a new one.
        for last in (False, True):
            try:
                connection = self.connection()
                connection.request(method, path, data, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
                break
            except (OSError, http.client.HTTPException):
                self.local.connection = None
                if last:
                    raise
        if answer.status >= 300:
            with contextlib.suppress(ValueError):
                text = json.loads(text).get("message", text)
            raise Refused(answer.status, text)
        return json.loads(text) if text.startswith("{") else text

    def connection(self):
        if getattr(self.local, "connection", None) is None:
            self.local.connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=self.context)
        return self.local.connection

    def get(self, path):
        return self.request("GET", path)

    def items(self, path):
        """The objects of a list; none when the kind is not there (a CRD that is not installed yet)."""
        try:
            return self.get(path).get("items") or []
        except Refused as refused:
            if refused.status == 404:
                return []
            raise

    def create(self, path, body):
        return self.request("POST", path, body)

    def delete(self, path):
        return self.request("DELETE", path)

    def patch(self, path, operations):
        return self.request("PATCH", path, operations, "application/json-patch+json")
