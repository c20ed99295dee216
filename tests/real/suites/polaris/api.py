"""Requests to Polaris by plain HTTP, as whoever holds a credential."""

import base64
import dataclasses
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from suites.checks import expect

MANAGEMENT, CONTENT = "/api/management/v1", "/api/catalog/v1"
REALM = "POLARIS"


@dataclass(frozen=True)
class Credential:
    client: str
    secret: str

    def other_secret(self):
        return dataclasses.replace(self, secret=drawn())


def drawn():
    return f"test-{secrets.token_hex(12)}"


def credential(node, namespace, name):
    """What the Secret holds that pods of the namespace sign in with."""
    data = {key: base64.b64decode(value).decode() for key, value in node.object("Secret", namespace, name)["data"].items()}
    return Credential(data["client-id"], data["client-secret"])


def root(node):
    return credential(node, "polaris", "polaris-root")


def ask(node, method, path, token=None, body=None, form=None, realm=REALM, basic=None):
    """Status and body of the answer; the body is None when it is no JSON."""
    headers = {"Accept": "application/json"}
    if realm:
        headers["Polaris-Realm"] = realm
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if basic:
        headers["Authorization"] = f"Basic {base64.b64encode(f'{basic.client}:{basic.secret}'.encode()).decode()}"
    data = urllib.parse.urlencode(form).encode() if form else None
    if body is not None:
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    request = urllib.request.Request(node.url("polaris", "polaris", "polaris-http") + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, parsed(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, parsed(refusal.read())


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def sign_in(node, who, realm=REALM):
    """Status and body of a request for a token."""
    form = {"grant_type": "client_credentials", "scope": "PRINCIPAL_ROLE:ALL", "client_id": who.client, "client_secret": who.secret}
    return ask(node, "POST", f"{CONTENT}/oauth/tokens", form=form, realm=realm)


def token(node, who):
    status, body = sign_in(node, who)
    expect(status == 200, f"no token: HTTP {status} {body}")
    return body["access_token"]
