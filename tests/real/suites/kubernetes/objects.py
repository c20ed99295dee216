"""Every object of the cluster, and what differs between two looks at it."""

import time
from dataclasses import dataclass

from suites.checks import expect

# Written all the time, by nobody's wish.
RESTLESS = {"events", "leases", "endpoints", "endpointslices", "componentstatuses", "controllerrevisions"}
RELEASE = "meta.helm.sh/release-name"
# What the API server and controllers write into an object.
VOLATILE = {"resourceVersion", "generation", "managedFields", "creationTimestamp", "uid"}


@dataclass
class Object:
    resource: str
    body: dict

    @property
    def meta(self):
        return self.body["metadata"]

    @property
    def namespace(self):
        return self.meta.get("namespace", "")

    @property
    def identity(self):
        return f"{self.resource} {self.namespace}/{self.meta['name']}"

    @property
    def version(self):
        return self.meta["uid"], self.meta["resourceVersion"]

    @property
    def release(self):
        return self.meta.get("annotations", {}).get(RELEASE)

    def content(self):
        """What its owner asked for: no status, nothing that the server counts."""
        body = {key: value for key, value in self.body.items() if key != "status"}
        meta = {key: value for key, value in self.meta.items() if key not in VOLATILE}
        notes = {key: value for key, value in meta.get("annotations", {}).items() if not key.startswith("deployment.kubernetes.io/")}
        return {**body, "metadata": {**meta, "annotations": notes}}


def all_objects(api):
    """Every object that can be listed, restless kinds left out."""
    for group in [{"path": "/api/v1", "version": "v1"}, *groups(api)]:
        for resource in api.get(group["path"])["resources"]:
            name = resource["name"]
            if "/" in name or "list" not in resource["verbs"] or name in RESTLESS:
                continue
            kind = {"apiVersion": group["version"], "kind": resource["kind"]}
            for body in api.items(f"{group['path']}/{name}"):
                yield Object(name, {**kind, **body})


def groups(api):
    for group in api.get("/apis")["groups"]:
        version = group["preferredVersion"]["groupVersion"]
        yield {"path": f"/apis/{version}", "version": version}


def of_releases(api):
    """The objects that Helm made, by identity; what controllers make of them inherits their annotations."""
    return {one.identity: one for one in all_objects(api) if one.release and not one.meta.get("ownerReferences")}


def settled(api, seconds=60):
    """The objects of the releases once controllers have stopped writing to them."""
    deadline = time.monotonic() + seconds
    before = of_releases(api)
    while True:
        time.sleep(1.5)
        now = of_releases(api)
        moving = difference(before, now)
        if not moving:
            return now
        expect(time.monotonic() < deadline, lambda: f"still changing after {seconds} s: {moving}")
        before = now


def difference(before, after):
    """Identities that came, went or were written to."""
    return sorted(name for name in before.keys() | after.keys() if version(before, name) != version(after, name))


def version(objects, name):
    return objects[name].version if name in objects else None


def unchanged(before, after):
    found = difference(before, after)
    expect(not found, lambda: "written to, made or deleted: " + ", ".join(found))


def same_content(before, after):
    names = before.keys() | after.keys()
    found = sorted(n for n in names if n not in before or n not in after or before[n].content() != after[n].content())
    expect(not found, lambda: "not what it was: " + ", ".join(found))
