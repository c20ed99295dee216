"""The mock against recorded answers of a Polaris 1.7.0 server: contract.json, what bootstrap.sh may ask and its variants.

A record has the status and the type of the error; each is asked of a realm with one catalog, as it was when it was recorded.
A request for a token says whose credential it has as a Basic header; `<root id>` and `<root secret>` stand in its form.
"""

import base64
import json
import pathlib
import unittest
import urllib.parse

from mock_polaris import ROOT, Polaris, Refusal, answer

RECORDS = json.loads(pathlib.Path(__file__).with_name("contract.json").read_text())
CATALOG, CONTENT, ROLE, PRINCIPAL = "dev_iceberg_datalake_catalog", "rt_dev_catalog_full", "rf_dev_etl", "fluss_user"


def realm():
    polaris = Polaris()
    storage = {"storageType": "S3", "roleArn": "arn:aws:iam::123456789012:role/polaris_vending_role", "region": "eu-north-1"}
    storage["allowedLocations"] = ["s3://acme-iceberg/"]
    catalog = {"type": "INTERNAL", "name": CATALOG, "properties": {"default-base-location": "s3://acme-iceberg/"}}
    polaris.catalogs[CATALOG] = catalog | {"entityVersion": 1, "storageConfigInfo": storage}
    polaris.catalog_roles |= {(CATALOG, CONTENT), (CATALOG, "catalog_admin")}
    polaris.principals |= {PRINCIPAL, "norole"}
    polaris.principal_roles.add(ROLE)
    polaris.namespaces.add((CATALOG, ("bronze",)))
    polaris.links |= {("grant", CATALOG, CONTENT, "CATALOG_MANAGE_CONTENT"), ("role", ROLE, CATALOG, CONTENT), ("principal", PRINCIPAL, ROLE)}
    return polaris


def caller(case):
    return PRINCIPAL if "fluss" in case else "norole" if case.startswith("norole") else "root"


BASIC = {"root": ROOT, "wrong secret": (ROOT[0], "nope"), "unknown client": ("nope", "nope")}
PLACEHOLDERS = {"<root id>": ROOT[0], "<root secret>": ROOT[1]}


def authorization(record):
    if not record["path"].endswith("/oauth/tokens"):
        return f"Bearer token-of-{caller(record['case'])}"
    return "Basic " + base64.b64encode(":".join(BASIC[record["basic"]]).encode()).decode() if "basic" in record else ""


def text(record):
    body = record["request"]
    if record["path"].endswith("/oauth/tokens"):
        return urllib.parse.urlencode({key: PLACEHOLDERS.get(value, value) for key, value in body.items()})
    return "" if body is None else json.dumps(body)


def kind(body):
    """Of an error; those of requests for a token have another form."""
    error = (body or {}).get("error")
    return error["type"] if isinstance(error, dict) else error


class Contract(unittest.TestCase):
    def test_answers(self):
        self.assertGreater(len(RECORDS), 40)
        for record in RECORDS:
            with self.subTest(record["case"], path=record["path"]):
                polaris = realm()
                version = (record["request"] or {}).get("currentEntityVersion")
                if version is not None:
                    polaris.catalogs[CATALOG]["entityVersion"] = version + ("stale" in record["case"])
                name = record.get("realm", "POLARIS")
                headers = {"Authorization": authorization(record), **({"Polaris-Realm": name} if name else {})}
                try:
                    status, _ = answer(polaris, record["method"], record["path"], headers, text(record))
                    found = status, None
                except Refusal as refusal:
                    found = refusal.status, kind(refusal.body)
                except KeyError:
                    found = 404, "NotFoundException"
                self.assertEqual(found, (record["status"], record["type"]))

    def test_errors_of_the_token_endpoint_have_the_form_of_oauth(self):
        with self.assertRaises(Refusal) as refusal:
            answer(realm(), "POST", "/api/catalog/v1/oauth/tokens", {"Polaris-Realm": "POLARIS"}, "grant_type=password")
        self.assertEqual(set(refusal.exception.body), {"error", "error_description", "error_uri"})
        self.assertEqual(refusal.exception.body["error"], "unsupported_grant_type")


if __name__ == "__main__":
    unittest.main()
