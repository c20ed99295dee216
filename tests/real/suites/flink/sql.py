"""Both catalogs of the catalog store through the gateway: create, insert, read."""

from suites import stack
from suites.checks import expect

FRESH = "'bucket.num' = '1', 'table.datalake.enabled' = 'true', 'table.datalake.freshness' = '5s'"


def prove(node, checks, gateway):
    with checks.that("the gateway lists the catalogs of the catalog store", basis=True):
        found = {row[0] for row in gateway("SHOW CATALOGS")}
        store = node.object("ConfigMap", "flink", "flink-catalog-store")["data"]
        expect({name.removesuffix(".yaml") for name in store} <= found, f"found {found}")
    with checks.that("the credential of a catalog stays env: wherever a user can read it"):
        shown = gateway("SHOW CREATE CATALOG rest_iceberg")[0][0]
        expect("env:ICEBERG_CREDENTIAL" in shown, shown)
    with checks.that("Iceberg: create, insert, read, with vended credentials and none of the pod's", basis=True):
        gateway("USE CATALOG rest_iceberg", "SET 'execution.runtime-mode' = 'batch'")
        gateway("CREATE TABLE gold.fact (id BIGINT, v STRING)", "INSERT INTO gold.fact VALUES (1, 'one'), (2, 'two')")
        expect(sorted(gateway("SELECT * FROM gold.fact")) == [(1, "one"), (2, "two")], "other rows")
        expect(any(name.startswith("gold/fact/data/") for name in stack.stored(node, "iceberg")), "no data file in the bucket")
    with checks.that("Fluss: create with a lake side, insert, look up", basis=True):
        gateway("USE CATALOG fluss_iceberg", "CREATE DATABASE IF NOT EXISTS bronze")
        gateway(f"CREATE TABLE bronze.event (id BIGINT, v STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ({FRESH})")
        gateway(f"CREATE TABLE bronze.log (id BIGINT, v STRING) WITH ({FRESH})")
        gateway("INSERT INTO bronze.event VALUES (1, 'a'), (2, 'b')", "INSERT INTO bronze.log VALUES (1, 'x'), (2, 'y')")
        expect(gateway("SELECT * FROM bronze.event WHERE id = 2") == [(2, "b")], "other rows")
    with checks.that("table options show env: and no credential"):
        shown = gateway("SHOW CREATE TABLE bronze.event")[0][0]
        expect("env:ICEBERG_CREDENTIAL" in shown and not any(value in shown for value in node.platform.secret_values()), shown)
