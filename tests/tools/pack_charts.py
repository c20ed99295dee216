#!/usr/bin/env python3
"""Pack the stand-ins for upstream charts: pack_charts.py OUT writes OUT/<name>-<version>.tgz for every version.

A chart is `<name>/templates` of tests/fixtures/upstream with `<name>/<version>/values.yaml`, and the project's upstream
CRDs where its operator brings some. Same input, same bytes.
"""

import gzip
import io
import sys
import tarfile
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CRDS = {"flink-kubernetes-operator": "*.flink.apache.org.json", "spark-operator": "*.sparkoperator.k8s.io.json"}


def chart_yaml(name, version):
    return f"apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: {version}\ndescription: Stand-in, see README.md\n"


def files(folder, version):
    """Path below the chart's folder and content of each file."""
    name = folder.name
    yield "Chart.yaml", chart_yaml(name, version.name).encode()
    yield "README.md", (folder / "README.md").read_bytes()
    for file in sorted(version.iterdir()):
        yield file.name, file.read_bytes()
    for file in sorted((folder / "templates").iterdir()):
        yield f"templates/{file.name}", file.read_bytes()
    if name in CRDS:
        for file in sorted((FIXTURES / "crds").glob(CRDS[name])):
            yield f"crds/{file.stem}.yaml", file.read_bytes()


def pack(folder, version, out):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, content in files(folder, version):
            entry = tarfile.TarInfo(f"{folder.name}/{path}")
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    target = out / f"{folder.name}-{version.name}.tgz"
    target.write_bytes(gzip.compress(packed.getvalue(), mtime=0))
    return target


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for folder in sorted(p for p in (FIXTURES / "upstream").iterdir() if p.is_dir()):
        for version in sorted(p for p in folder.iterdir() if p.is_dir() and p.name != "templates"):
            print(pack(folder, version, out))
