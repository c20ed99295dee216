"""Objects into the S3 server of a node, as a user puts them there: with the keys of the platform, by curl."""

import subprocess

from fault import Fault


def put(node, name, file):
    """`name` is BUCKET/KEY."""
    pod = node.pod("minio", "minio-0")
    keys = pod.volumes.data({"secret": {"secretName": "aws-secret"}})
    settings = f'user = "{keys["access_key_id"]}:{keys["secret_access_key"]}"\naws-sigv4 = "aws:amz:{keys["region"]}:s3"\n'
    address = f"{node.url('minio', 'minio', 'api')}/{name}"
    command = ["curl", "--silent", "--show-error", "--fail-with-body", "--config", "-", "--upload-file", str(file), address]
    done = subprocess.run(command, input=settings, capture_output=True, text=True)
    if done.returncode:
        raise Fault(f"{name} is not stored: {done.stderr}{done.stdout}")
