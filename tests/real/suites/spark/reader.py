"""The Spark job of suite `flink`: reads tables that others wrote and appends to the first of them.

reader.py TABLE...   prints {"table": NAME, "rows": [[ID, V]...]} a line, sorted; V is null in a table that has no column v
"""

import json
import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()

for table in sys.argv[1:]:
    frame = spark.table(table)
    rows = [[row["id"], row["v"] if "v" in frame.columns else None] for row in frame.collect()]
    print(json.dumps({"table": table, "rows": sorted(rows, key=str)}), flush=True)
spark.createDataFrame([(100, "from Spark")], "id BIGINT, v STRING").writeTo(sys.argv[1]).append()
print("the job is done", flush=True)
