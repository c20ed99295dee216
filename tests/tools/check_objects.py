#!/usr/bin/env python3
"""Check rendered manifests: Kubernetes schemas, upstream CRDs, rules of the platform.

    check_objects.py [--upstream CHART]... [--patched] [--complete] [MANIFEST[@NAMESPACE]]...

Objects of an upstream chart (by the `# Source:` line) are held to the schemas and to the rules that values can satisfy;
all others to all rules. --patched: the post-renderer has seen the manifests, so upstream's pods are held to the rules for
ours. --complete: the manifests are one whole platform, so every reference must be met; NAMESPACE is
that of the release, for objects that name none. Prints one finding a line and exits 1 when there is one.
"""

import argparse
import sys

import yaml
from objects import manifest, references, rules, schemas


def findings(arguments):
    objects, namespaces = [], {}
    for name in arguments.manifests:
        file, _, namespace = name.partition("@")
        namespaces[file] = namespace or None
        try:
            objects += manifest.read(file)
        except (yaml.YAMLError, UnicodeDecodeError) as fault:
            yield file, "yaml", " ".join(str(fault).split())
    for obj in objects:
        if not isinstance(obj.document, dict) or not obj.kind or not obj.metadata.get("name"):
            yield obj.file, "not-an-object", f"{obj.source}: kind or name is missing"
            continue
        local = obj.chart not in arguments.upstream
        for code, text in [*schemas.faults(obj), *rules.faults(obj, local, arguments.patched)]:
            yield obj, code, text
    whole = [obj for obj in objects if isinstance(obj.document, dict)]
    yield from references.duplicates(whole)
    if arguments.complete:
        yield from references.dangling(whole, namespaces, arguments.upstream)
        yield from references.nameless(whole)
    print(f"{len(objects)} objects in {len(arguments.manifests)} manifests", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upstream", action="append", default=[], metavar="CHART")
    parser.add_argument("--patched", action="store_true")
    parser.add_argument("--complete", action="store_true")
    parser.add_argument("manifests", nargs="+", metavar="MANIFEST[@NAMESPACE]")
    found = [f"{where}: {code}: {text}" for where, code, text in findings(parser.parse_args())]
    for line in found:
        print(line)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
