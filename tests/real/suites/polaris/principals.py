"""Every principal by plain HTTP: signing in, and what only root may do."""

from suites.checks import expect
from suites.polaris import api
from suites.polaris.api import CONTENT, MANAGEMENT, ask

CATALOG = "lakehouse"
# By name: a namespace whose pods sign in as this principal.
PRINCIPALS = {"fluss": "fluss", "flink": "flink", "spark": "spark", "analyst": "spark", "loader": "flink"}
GRANTS = f"{MANAGEMENT}/catalogs/{CATALOG}/catalog-roles/rt_content/grants"
# Requests that a principal must not make, whatever its role.
FORBIDDEN = (
    ("GET", f"{MANAGEMENT}/catalogs", None),
    ("GET", f"{MANAGEMENT}/principals", None),
    ("POST", f"{MANAGEMENT}/principals", {"principal": {"name": "intruder"}}),
    ("POST", f"{MANAGEMENT}/principals/spark/reset", {"clientId": "test-taken", "clientSecret": "test-taken"}),
    ("PUT", f"{MANAGEMENT}/principals/spark/principal-roles", {"principalRole": {"name": "service_admin"}}),
    ("PUT", GRANTS, {"grant": {"type": "catalog", "privilege": "CATALOG_MANAGE_ACCESS"}}),
    ("DELETE", f"{MANAGEMENT}/catalogs/{CATALOG}", None),
)


def credential(node, name):
    return api.credential(node, PRINCIPALS[name], f"polaris-principal-{name}")


def check(node, checks):
    for name in PRINCIPALS:
        with checks.that(f"{name} signs in with the Secret of its own namespace, sees the namespaces, and may manage nothing"):
            token = api.token(node, credential(node, name))
            status, body = ask(node, "GET", f"{CONTENT}/{CATALOG}/namespaces", token)
            expect(status == 200 and sorted(body["namespaces"]) == [["bronze"], ["gold"], ["silver"]], f"HTTP {status} {body}")
            for request in FORBIDDEN:
                status, body = ask(node, *request[:2], token, request[2])
                expect(status == 403, f"{request[0]} {request[1]}: HTTP {status} {body}")
    with checks.that("a wrong secret, another realm and no realm are refused; a token is good for its realm alone"):
        flink = credential(node, "flink")
        expect(api.sign_in(node, flink.other_secret())[0] == 401, "a wrong secret is accepted")
        for realm in ("OTHER", None):
            status, body = api.sign_in(node, flink, realm)
            expect(status == 404 and body["error"]["type"] == "MissingOrInvalidRealm", f"realm {realm}: HTTP {status} {body}")
            status, body = ask(node, "GET", f"{CONTENT}/{CATALOG}/namespaces", api.token(node, flink), realm=realm)
            expect(status == 404, f"namespaces of realm {realm}: HTTP {status} {body}")
