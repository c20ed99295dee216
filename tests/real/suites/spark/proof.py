"""The Spark job of the suite, an ordinary one: everything but its names comes from the configuration of the application.

proof.py TABLE   creates the table, appends, changes rows, maintains it, reads it
"""

import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
catalog = spark.conf.get("spark.sql.defaultCatalog")


def rows(statement):
    return [tuple(row) for row in spark.sql(statement).collect()]


def same(found, wanted):
    if found != wanted:
        sys.exit(f"found {found}, wanted {wanted}")


table = sys.argv[1]
spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {table.rpartition('.')[0]}")
spark.sql(f"CREATE TABLE {table} (id BIGINT, v STRING) USING iceberg")
for first in (0, 10):
    spark.createDataFrame([(first + n, f"row {n}") for n in range(3)], "id BIGINT, v STRING").writeTo(table).append()
same(rows(f"SELECT COUNT(*), SUM(id) FROM {table}"), [(6, 36)])
spark.sql(f"UPDATE {table} SET v = 'changed' WHERE id = 1")
spark.sql(f"DELETE FROM {table} WHERE id = 2")
spark.sql(f"MERGE INTO {table} t USING (SELECT 10L id, 'merged' v) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v")
same(rows(f"SELECT id, v FROM {table} WHERE id < 11 ORDER BY id"), [(0, "row 0"), (1, "changed"), (10, "merged")])
spark.sql(f"CALL {catalog}.system.rewrite_data_files(table => '{table}', options => map('min-input-files', '2'))")
same(rows(f"SELECT COUNT(*) FROM {table}"), [(5,)])
print("the job is done", flush=True)
