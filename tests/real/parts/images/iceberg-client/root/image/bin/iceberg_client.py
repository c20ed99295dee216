#!/usr/bin/python3 -B
"""PyIceberg as one principal: tries each step, [NAME, ARGUMENT...], of a JSON list, and prints what came of it.

A line `outcome {...}` for each: `value`, or `refused` with the name of the exception. Environment: POLARIS_URI, WAREHOUSE, REALM,
POLARIS_CLIENT_ID, POLARIS_CLIENT_SECRET. There are no keys of the object storage: those come from the catalog.
"""

import json
import os
import sys

import pyarrow
from pyiceberg.catalog import load_catalog

ROWS = pyarrow.schema([("number", pyarrow.int64()), ("text", pyarrow.string())])


def connect():
    client, secret = os.environ["POLARIS_CLIENT_ID"], os.environ["POLARIS_CLIENT_SECRET"]
    return load_catalog("polaris", **{
        "type": "rest", "uri": os.environ["POLARIS_URI"], "warehouse": os.environ["WAREHOUSE"], "credential": f"{client}:{secret}",
        "scope": "PRINCIPAL_ROLE:ALL", "header.Polaris-Realm": os.environ["REALM"],
    })


def namespaces(catalog):
    return sorted(".".join(name) for name in catalog.list_namespaces())


def tables(catalog, namespace):
    return sorted(name for _, name in catalog.list_tables(namespace))


def create(catalog, name):
    return catalog.create_table(name, ROWS).location()


def append(catalog, name, *numbers):
    rows = [{"number": int(number), "text": f"row {number}"} for number in numbers]
    catalog.load_table(name).append(pyarrow.Table.from_pylist(rows, schema=ROWS))


def read(catalog, name):
    return sorted(catalog.load_table(name).scan().to_arrow()["number"].to_pylist())


def change(catalog, name):
    """A commit that writes no file of its own."""
    with catalog.load_table(name).transaction() as transaction:
        transaction.set_properties({"changed-by": "a client"})


def drop(catalog, name):
    catalog.drop_table(name)


def create_namespace(catalog, name):
    catalog.create_namespace(name)


def drop_namespace(catalog, name):
    catalog.drop_namespace(name)


def settings(catalog, name):
    """What the catalog gave for this table: the names of the settings that PyIceberg reads files with."""
    return sorted(key for key in catalog.load_table(name).io.properties if key.startswith("s3."))


def file_of(catalog, name):
    """Address of a file of a table."""
    return catalog.load_table(name).metadata_location


def open_with(catalog, name, location):
    """Reads any file with the credentials that the catalog gave for table `name`."""
    with catalog.load_table(name).io.new_input(location).open() as file:
        return len(file.read())


def write_with(catalog, name, location):
    """Writes any file with the credentials that the catalog gave for table `name`."""
    with catalog.load_table(name).io.new_output(location).create(overwrite=True) as file:
        file.write(b"written by a client")


STEPS = (
    namespaces, tables, create, append, read, change, drop, create_namespace, drop_namespace, settings, file_of, open_with, write_with,
)


def attempt(step, *arguments):
    try:
        return {"value": {one.__name__: one for one in STEPS}[step](CATALOG, *arguments)}
    except Exception as fault:  # which one it is, is the result
        return {"refused": type(fault).__name__, "message": str(fault)[:400]}


try:
    CATALOG = connect()
except Exception as fault:
    sys.exit(f"no connection: {type(fault).__name__}: {fault}")
for one in json.loads(sys.argv[1]):
    print("outcome", json.dumps(attempt(*one)), flush=True)
