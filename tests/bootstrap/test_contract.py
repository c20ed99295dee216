"""The mock against recorded answers of a Polaris 1.7.0 server: contract.json, what bootstrap.sh may ask and its variants.

A record has the status and the type of the error; each is asked of a realm with one catalog, as it was when it was recorded.
"""

import json
import pathlib
import unittest

from mock_polaris import Polaris, Refusal, answer

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


class Contract(unittest.TestCase):
    def test_answers(self):
        self.assertGreater(len(RECORDS), 40)
        for record in RECORDS:
            with self.subTest(record["case"], path=record["path"]):
                polaris = realm()
                body = record["request"]
                if "currentEntityVersion" in (body or {}):
                    polaris.catalogs[CATALOG]["entityVersion"] = body["currentEntityVersion"] + ("stale" in record["case"])
                headers = {"Polaris-Realm": "POLARIS", "Authorization": f"Bearer token-of-{caller(record['case'])}"}
                try:
                    status, _ = answer(polaris, record["method"], record["path"], headers, "" if body is None else json.dumps(body))
                    kind = None
                except Refusal as refusal:
                    status, kind = refusal.status, refusal.body and refusal.body["error"]["type"]
                except KeyError:
                    status, kind = 404, "NotFoundException"
                self.assertEqual((status, kind), (record["status"], record["type"]))


if __name__ == "__main__":
    unittest.main()
