"""What `helm template` printed, as objects that know which chart they come from."""

import re
from dataclasses import dataclass

import yaml

SOURCE = re.compile(r"^# Source: (\S+)$", re.M)


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads plain scalars as Helm does and refuses a key that stands twice."""


def mapping(loader, node):
    merge = "tag:yaml.org,2002:merge"
    keys = [loader.construct_object(key) for key, _ in node.value if key.tag != merge]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise yaml.constructor.ConstructorError(problem=f"key {twice.pop()!r} stands twice", problem_mark=node.start_mark)
    return loader.construct_mapping(node, deep=True)


Loader.add_constructor("tag:yaml.org,2002:map", mapping)


@dataclass
class Object:
    file: str
    source: str  # path of the template, empty when the manifest does not say
    document: dict

    @property
    def kind(self):
        return self.document.get("kind", "")

    @property
    def group_version(self):
        return self.document.get("apiVersion", "")

    @property
    def metadata(self):
        return self.document.get("metadata") or {}

    @property
    def identity(self):
        return self.group_version, self.kind, self.metadata.get("namespace"), self.metadata.get("name")

    @property
    def chart(self):
        """Name of the innermost chart: `lakehouse/charts/fluss/templates/x.yaml` is of `fluss`."""
        return re.split(r"/(?:templates|crds)/", self.source)[0].rsplit("/", 1)[-1]

    def __str__(self):
        place = f"{self.file}: {self.source}" if self.source else self.file
        return f"{place}: {self.kind}/{self.metadata.get('name')}"


def read(file):
    """Objects of one manifest; raises yaml.YAMLError."""
    with open(file, encoding="utf-8") as stream:
        text = stream.read()
    for document in re.split(r"(?m)^---(?: .*)?$", text):
        source = SOURCE.search(document)
        value = yaml.load(document, Loader=Loader)
        if value is not None:
            yield Object(str(file), source[1] if source else "", value)
