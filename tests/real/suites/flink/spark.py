"""Spark on the tables of Flink and of the tiering job: both read the same rows, each once, and Flink reads what Spark appended."""

import json

from suites.checks import expect
from suites.spark import driver

APPLICATION = "reader"
APPENDED = (100, "from Spark")


def prove(node, checks, gateway):
    with checks.that("Spark reads the tables that Flink and the tiering job wrote: the rows that Flink reads, each once", basis=True):
        driver.upload(node, APPLICATION)
        found = {line["table"]: line["rows"] for line in map(json.loads, lines(driver.run(node, APPLICATION)))}
        wanted = {table: rows(gateway, table) for table in node.object("SparkApplication", "spark", APPLICATION)["spec"]["arguments"]}
        # Flink reads after Spark has appended its row.
        first = next(iter(wanted))
        wanted[first].remove(list(APPENDED))
        expect(found == wanted, lambda: f"Spark: {found}\nFlink: {wanted}")
        twice = [table for table, read in found.items() if len({row[0] for row in read}) < len(read)]
        expect(all(found.values()) and not twice, lambda: f"rows twice in {twice}: {found}")
    with checks.that("Flink reads the row that Spark appended, once"):
        expect(gateway("SELECT id, v FROM rest_iceberg.gold.fact WHERE id = 100") == [APPENDED], "other rows")


def lines(output):
    return [line for line in output.splitlines() if line.startswith('{"table"')]


def rows(gateway, table):
    columns = [row[0] for row in gateway(f"DESCRIBE rest_iceberg.{table}")]
    found = gateway(f"SELECT id, {'v' if 'v' in columns else 'CAST(NULL AS STRING)'} FROM rest_iceberg.{table}")
    return sorted(map(list, found), key=str)
