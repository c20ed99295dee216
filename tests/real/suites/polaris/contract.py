"""The answers that the stand-in is held to (tests/bootstrap/contract.json), asked of the real server in their order."""

import json

from suites.checks import expect
from suites.polaris import api
from suites.polaris.api import CONTENT, MANAGEMENT, ask

CATALOG, CONTENT_ROLE, ROLE, PRINCIPAL = "dev_iceberg_datalake_catalog", "rt_dev_catalog_full", "rf_dev_etl", "fluss_user"
STORAGE = {"storageType": "S3", "roleArn": "arn:aws:iam::123456789012:role/polaris_vending_role", "region": "eu-north-1"}
STORAGE["allowedLocations"] = ["s3://acme-iceberg/"]


def check(bench, node, checks):
    records = json.loads((bench.root / "tests" / "bootstrap" / "contract.json").read_text())
    with checks.that(f"the {len(records)} recorded answers that the stand-in is held to are those of this server"):
        token = api.token(node, api.root(node))
        callers = {"root": token, PRINCIPAL: api.token(node, made(node, token))}
        different = [one for one in (difference(node, record, callers) for record in records) if one]
        expect(not different, lambda: "\n".join(different))


def made(node, token):
    """Makes the realm that was recorded; the credential of its principal."""
    make(node, token, "POST", f"{MANAGEMENT}/catalogs", {"catalog": {
        "name": CATALOG, "type": "INTERNAL", "properties": {"default-base-location": "s3://acme-iceberg/"}, "storageConfigInfo": STORAGE,
    }})
    roles = f"{MANAGEMENT}/catalogs/{CATALOG}/catalog-roles"
    make(node, token, "POST", roles, {"catalogRole": {"name": CONTENT_ROLE}})
    make(node, token, "PUT", f"{roles}/{CONTENT_ROLE}/grants", {"grant": {"type": "catalog", "privilege": "CATALOG_MANAGE_CONTENT"}})
    make(node, token, "POST", f"{MANAGEMENT}/principal-roles", {"principalRole": {"name": ROLE}})
    make(node, token, "PUT", f"{MANAGEMENT}/principal-roles/{ROLE}/catalog-roles/{CATALOG}", {"catalogRole": {"name": CONTENT_ROLE}})
    make(node, token, "POST", f"{MANAGEMENT}/principals", {"principal": {"name": "norole"}})
    answer = make(node, token, "POST", f"{MANAGEMENT}/principals", {"principal": {"name": PRINCIPAL}})
    make(node, token, "PUT", f"{MANAGEMENT}/principals/{PRINCIPAL}/principal-roles", {"principalRole": {"name": ROLE}})
    make(node, token, "POST", f"{CONTENT}/{CATALOG}/namespaces", {"namespace": ["bronze"]})
    return api.Credential(answer["credentials"]["clientId"], answer["credentials"]["clientSecret"])


def make(node, token, method, path, body):
    status, answer = ask(node, method, path, token, body)
    expect(status in (200, 201), f"{method} {path}: HTTP {status} {answer}")
    return answer


def difference(node, record, callers):
    """A line when the answer is another one."""
    if record["case"] == "ro":
        make(node, callers["root"], "POST", record["path"].removesuffix("/ro/grants"), {"catalogRole": {"name": "ro"}})
    if record["path"].endswith("/oauth/tokens"):
        status, body = sign_in(node, record)
    else:
        token = callers[PRINCIPAL if "fluss" in record["case"] else "root"]
        status, body = ask(node, record["method"], record["path"], token, record["request"])
    error = (body or {}).get("error")
    kind = error["type"] if isinstance(error, dict) else error
    if (status, kind) == (record["status"], record["type"]):
        return ""
    return f"{record['case']}, {record['method']} {record['path']}: recorded {record['status']} {record['type']}, found {status} {kind}: {body}"


def sign_in(node, record):
    """A request for a token; the record says whose credential goes with it."""
    root = api.root(node)
    places = {"<root id>": root.client, "<root secret>": root.secret}
    basic = {"root": root, "wrong secret": root.other_secret(), "unknown client": api.Credential("nope", "nope")}
    form = {key: places.get(value, value) for key, value in record["request"].items()}
    realm = record.get("realm", api.REALM)
    return ask(node, "POST", record["path"], form=form, realm=realm, basic=basic[record["basic"]] if "basic" in record else None)
