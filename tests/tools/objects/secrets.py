"""Credentials may only be referred to: by Secret, by environment variable, by file."""

import re

NAME = re.compile(r"(?:^|[._-])(?:key|password|passwd|secret|token|credentials?)s?$", re.I)
# A whole value that is a reference: env:NAME, $(NAME):$(OTHER), ${NAME}, "$NAME", /a/path, a Helm or shell expression.
REFERENCE = re.compile(r"""^["']?(?:env:\w+|(?:\$\(\w+\)|\$\{[^}]+\})(?:\W(?:\$\(\w+\)|\$\{[^}]+\}))*|\$.*|/\S*|<\w+>)?["']?$""")
ASSIGNMENT = re.compile(r"""^\s*(?:export\s+|-D)?["']?([\w.-]+)["']?\s*[:=]\s*(.*?)\s*$""", re.M)
LITERAL = re.compile(r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----")


def is_literal(name, value):
    return bool(NAME.search(name)) and not REFERENCE.match(str(value))


def text_faults(path, text):
    """Credentials in a configuration file, a script or an argument."""
    for match in ASSIGNMENT.finditer(text):
        if is_literal(match[1], match[2]):
            yield "literal-credential", f"{path}: {match[1]} holds a literal value"
    if LITERAL.search(text):
        yield "literal-credential", f"{path}: holds a key"


def faults(obj, pods):
    for pod in pods:
        for path, container in pod.containers:
            for variable in container.get("env") or []:
                if "value" in variable and is_literal(variable["name"], variable["value"]):
                    yield "literal-credential", f"{path}: variable {variable['name']} holds a literal value"
            for word in (container.get("command") or []) + (container.get("args") or []):
                yield from text_faults(path, str(word))
    if obj.kind == "ConfigMap":
        for name, text in (obj.document.get("data") or {}).items():
            yield from text_faults(f"data/{name}", text)
    if obj.kind == "Secret" and (obj.document.get("data") or obj.document.get("stringData")):
        yield "literal-credential", "a Secret with content: its values would stand in the release's history"
    configuration = (obj.document.get("spec") or {}).get("flinkConfiguration") or {}
    configuration = configuration if isinstance(configuration, dict) else {}
    for name, value in configuration.items():
        if is_literal(name, value):
            yield "literal-credential", f"spec/flinkConfiguration/{name} holds a literal value"
