"""Values for create-secrets.sh: made for one run, and looked for where they must not be."""

import base64
import re
import secrets

from servers.authority import openssl
from suites.checks import expect

# Keys whose values nobody may see; users, addresses and regions are no secrets.
HELD = re.compile(r"secret|password|private")
LACKING = re.compile(r"^\s+([A-Z0-9_]+) is not set", re.MULTILINE)


def variables_for(output):
    """A value for each variable that create-secrets.sh says it lacks."""
    names = LACKING.findall(output)
    values = {name: f"test-{secrets.token_hex(12)}" for name in names}
    private = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    for name in names:
        if name.endswith("PRIVATE_KEY"):
            values[name] = private
    return {name: value for name, value in values.items() if not name.endswith("PUBLIC_KEY")}


def held(platform):
    """The secret values of the platform's namespaces, as the cluster holds them."""
    secrets_of = platform.cluster.api.items("/api/v1/secrets")
    return [
        base64.b64decode(value).decode(errors="replace")
        for secret in secrets_of
        if secret["metadata"]["namespace"] in platform.promised
        for key, value in (secret.get("data") or {}).items()
        if HELD.search(key)
    ]


def nowhere(values, texts):
    """No value is in any of the texts (name to text)."""
    expect(values, "there is no value to look for")
    lines = [line for value in values for line in value.splitlines() if len(line) >= 12 and "KEY-----" not in line]
    found = [name for name, text in texts.items() if any(line in text for line in lines)]
    expect(not found, lambda: "a Secret's value is in: " + ", ".join(found))
