"""A small Polaris in memory: the requests that bootstrap.sh makes, with the status codes and bodies of a 1.7.0 server."""

import base64
import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = ("root-id", "hush-root")
ROUTES = []


class Refusal(Exception):
    """An answer that is not a success."""

    def __init__(self, status, kind=None, message=None):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": kind, "code": status}} if kind else None


class SignInRefusal(Refusal):
    """One of the token endpoint, in the form of OAuth."""

    def __init__(self, status, error, description):
        super().__init__(status)
        self.body = {"error": error, "error_description": description, "error_uri": None}


def exists(what):
    return Refusal(409, "AlreadyExistsException", f"{what} already exists or resolution failed")


def route(method, pattern):
    """Registers a handler; the groups of the pattern and the body are its arguments."""

    def register(handler):
        ROUTES.append((method, re.compile(pattern + "$"), handler))
        return handler

    return register


class Polaris:
    """One realm. `legacy` answers as servers before 1.7 do; `unready` is how many token requests fail first."""

    def __init__(self, realm="POLARIS", legacy=False, unready=0):
        self.realm, self.legacy, self.unready = realm, legacy, unready
        self.credentials = {ROOT[0]: (ROOT[1], "root")}
        self.catalogs, self.catalog_roles, self.namespaces = {}, set(), set()
        self.principals, self.principal_roles, self.links = {"root"}, {"service_admin"}, set()
        self.log = []
        # How many requests are answered before the connection is lost; None for all.
        self.drop_after = None

    def changes(self):
        """The requests that changed something, without their answers."""
        return [line for line in self.log if line[0] != "GET" and not line[1].endswith("/tokens") and line[2] < 400]

    def token(self, header, form):
        if self.unready > 0:
            self.unready -= 1
            raise Refusal(500, "IllegalStateException", "Realm is not bootstrapped, please run server in bootstrap mode.")
        asked = dict(urllib.parse.parse_qsl(form))
        if asked.get("grant_type") != "client_credentials":
            raise SignInRefusal(400, "unsupported_grant_type", "The grant type is invalid")
        if asked.get("scope") != "PRINCIPAL_ROLE:ALL":
            raise SignInRefusal(400, "invalid_scope", "The scope is invalid")
        client, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        client, secret = asked.get("client_id", client), asked.get("client_secret", secret)
        expected, principal = self.credentials.get(client, (None, None))
        if not client or secret != expected:
            raise SignInRefusal(401, "unauthorized_client", "The client is not authorized")
        return 200, {"access_token": f"token-of-{principal}", "token_type": "bearer", "expires_in": 3600}

    def link(self, *key):
        if self.legacy and key in self.links:
            raise Refusal(500)
        self.links.add(key)
        return 201, None

    def linked(self, *prefix):
        return sorted(key[len(prefix)] for key in self.links if key[: len(prefix)] == prefix)


M, C = "/api/management/v1", "/api/catalog/v1"


def check_storage(body):
    storage, location = body["storageConfigInfo"], body["properties"].get("default-base-location")
    if location is None:
        raise Refusal(400)
    if storage["storageType"] != "S3":
        raise Refusal(400, "IllegalArgumentException", f"Unsupported storage type: {storage['storageType']}")
    role = storage.get("roleArn")
    if role == "":
        raise Refusal(400, "IllegalArgumentException", "ARN must not be empty")
    if role and not role.startswith("arn:"):
        raise Refusal(400, "IllegalArgumentException", f"Invalid role ARN format: {role}")
    if not any(location.startswith(allowed) for allowed in storage["allowedLocations"]):
        raise Refusal(400, "BadRequestException", f"default-base-location {location} is not within any of the allowed locations")


@route("POST", f"{M}/catalogs")
def create_catalog(polaris, body):
    catalog = body["catalog"]
    if catalog["name"] in polaris.catalogs:
        raise exists("Catalog")
    check_storage(catalog)
    location = catalog["properties"]["default-base-location"]
    if any(location.startswith(other["properties"]["default-base-location"]) for other in polaris.catalogs.values()):
        raise Refusal(400, "ValidationException", "One or more of its locations overlaps with an existing catalog")
    stored = polaris.catalogs[catalog["name"]] = catalog | {"entityVersion": 1}
    if polaris.legacy and location not in stored["storageConfigInfo"]["allowedLocations"]:
        stored["storageConfigInfo"]["allowedLocations"].append(location)
    return 201, stored


@route("GET", f"{M}/catalogs/([^/]+)")
def get_catalog(polaris, name, body):
    catalog = polaris.catalogs[name]
    storage = {"allowedKmsKeys": [], "externalId": None, "pathStyleAccess": False} | catalog["storageConfigInfo"]
    # A real server keeps no order of locations.
    storage["allowedLocations"] = sorted(storage["allowedLocations"], reverse=True)
    return 200, catalog | {"storageConfigInfo": storage}


@route("PUT", f"{M}/catalogs/([^/]+)")
def update_catalog(polaris, name, body):
    catalog = polaris.catalogs[name]
    if body["currentEntityVersion"] != catalog["entityVersion"]:
        raise Refusal(409, "CommitConflictException", "Failed to update Catalog")
    # Properties that are left out stay.
    properties = catalog["properties"] | body.get("properties", {})
    check_storage(body | {"properties": properties})
    accounts = {part.split(":")[4] for part in (body["storageConfigInfo"].get("roleArn"), catalog["storageConfigInfo"].get("roleArn")) if part}
    if len(accounts) > 1:
        raise Refusal(400, "BadRequestException", "Cannot modify AWS account ID in storage config")
    catalog |= {"properties": properties, "storageConfigInfo": body["storageConfigInfo"], "entityVersion": catalog["entityVersion"] + 1}
    return 200, catalog


@route("POST", f"{M}/principal-roles")
def create_principal_role(polaris, body):
    name = body["principalRole"]["name"]
    if name in polaris.principal_roles:
        raise exists("PrincipalRole")
    polaris.principal_roles.add(name)
    return 201, {"name": name}


@route("POST", f"{M}/catalogs/([^/]+)/catalog-roles")
def create_catalog_role(polaris, catalog, body):
    key = (polaris.catalogs[catalog]["name"], body["catalogRole"]["name"])
    if key in polaris.catalog_roles:
        raise exists("CatalogRole")
    polaris.catalog_roles.add(key)
    return 201, {"name": key[1]}


@route("GET", f"{M}/catalogs/([^/]+)/catalog-roles/([^/]+)/grants")
def list_grants(polaris, catalog, role, body):
    return 200, {"grants": [{"privilege": name, "type": "catalog"} for name in polaris.linked("grant", catalog, role)]}


@route("PUT", f"{M}/catalogs/([^/]+)/catalog-roles/([^/]+)/grants")
def grant(polaris, catalog, role, body):
    if (catalog, role) not in polaris.catalog_roles:
        raise Refusal(404, "NotFoundException", f"CatalogRole not found: {catalog}.{role}")
    # 1.7.0 takes the grant without its wrapper too.
    privilege = body.get("grant", body)["privilege"]
    if not re.fullmatch("(CATALOG|NAMESPACE|TABLE|VIEW|POLICY)_[A-Z_]+", privilege):
        raise Refusal(400)
    return polaris.link("grant", catalog, role, privilege)


@route("GET", f"{M}/principal-roles/([^/]+)/catalog-roles/([^/]+)")
def list_catalog_roles(polaris, role, catalog, body):
    return 200, {"roles": [{"name": name, "properties": {}} for name in polaris.linked("role", role, catalog)]}


@route("PUT", f"{M}/principal-roles/([^/]+)/catalog-roles/([^/]+)")
def assign_catalog_role(polaris, role, catalog, body):
    if role not in polaris.principal_roles or (catalog, body["catalogRole"]["name"]) not in polaris.catalog_roles:
        raise Refusal(404, "NotFoundException", "Entity not found when trying to assign")
    return polaris.link("role", role, catalog, body["catalogRole"]["name"])


@route("POST", f"{M}/principals")
def create_principal(polaris, body):
    name = body["principal"]["name"]
    if len(name) > 256 or name.upper().startswith("SYSTEM$"):
        raise Refusal(400, "ResteasyReactiveViolationException", "Invalid value: createPrincipal.createPrincipalRequest.principal.name")
    if name in polaris.principals:
        raise exists("Principal")
    polaris.principals.add(name)
    polaris.credentials[f"generated-{name}"] = (f"hush-generated-{name}", name)
    return 201, {"principal": {"name": name}, "credentials": {"clientId": f"generated-{name}", "clientSecret": f"hush-generated-{name}"}}


@route("POST", f"{M}/principals/([^/]+)/reset")
def reset(polaris, name, body):
    known(polaris, name)
    client = body["clientId"]
    if polaris.credentials.get(client, (None, name))[1] != name:
        raise Refusal(409, "AlreadyExistsException", f"Client ID already in use: {client}")
    polaris.credentials = {key: value for key, value in polaris.credentials.items() if value[1] != name}
    polaris.credentials[client] = (body.get("clientSecret", "hush-drawn"), name)
    return 200, {"principal": {"name": name}, "credentials": body}


def known(polaris, principal):
    if principal not in polaris.principals:
        raise Refusal(404, "NotFoundException", f"TopLevelEntity of type PRINCIPAL does not exist: {principal}")


@route("GET", f"{M}/principals/([^/]+)/principal-roles")
def list_principal_roles(polaris, name, body):
    known(polaris, name)
    return 200, {"roles": [{"name": role} for role in polaris.linked("principal", name)]}


@route("PUT", f"{M}/principals/([^/]+)/principal-roles")
def assign_principal_role(polaris, name, body):
    known(polaris, name)
    if body["principalRole"]["name"] not in polaris.principal_roles:
        raise Refusal(404, "NotFoundException", "Entity not found when trying to assign")
    return polaris.link("principal", name, body["principalRole"]["name"])


@route("GET", f"{C}/([^/]+)/namespaces")
def list_namespaces(polaris, catalog, body):
    known_catalog = polaris.catalogs[catalog]["name"]
    found = sorted(path for name, path in polaris.namespaces if name == known_catalog and len(path) == 1)
    return 200, {"namespaces": list(map(list, found)), "next-page-token": None}


@route("POST", f"{C}/([^/]+)/namespaces")
def create_namespace(polaris, catalog, body):
    path = tuple(body["namespace"])
    if len(path) > 1 and (catalog, path[:-1]) not in polaris.namespaces:
        raise Refusal(404, "NoSuchNamespaceException", f"Namespace does not exist: {'.'.join(path[:-1])}")
    if (catalog, path) in polaris.namespaces:
        raise exists("Namespace")
    polaris.namespaces.add((catalog, path))
    return 200, {"namespace": list(path), "properties": {}}


def answer(polaris, method, path, headers, text):
    """The status and body of one request."""
    if headers.get("Polaris-Realm") != polaris.realm:
        raise Refusal(404, "MissingOrInvalidRealm", "Missing or invalid realm")
    authorization = headers.get("Authorization", "")
    if path == f"{C}/oauth/tokens":
        return polaris.token(authorization, text)
    caller = authorization.removeprefix("Bearer token-of-")
    if caller not in polaris.principals:
        raise Refusal(401)
    if caller != "root" and (path.startswith(M) or not polaris.linked("principal", caller)):
        raise Refusal(403, "ForbiddenException", f"Principal '{caller}' is not authorized")
    for wanted, pattern, handler in ROUTES:
        match = pattern.match(path)
        if method == wanted and match:
            return handler(polaris, *match.groups(), json.loads(text) if text else None)
    raise Refusal(404)


class Server:
    """Serves a Polaris on a free loopback port, or on a given one."""

    def __init__(self, polaris, port=0, host="127.0.0.1"):
        class Handler(BaseHTTPRequestHandler):
            def handle_one(self):
                if polaris.drop_after is not None and len(polaris.log) >= polaris.drop_after:
                    self.close_connection = True
                    return
                text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                try:
                    status, body = answer(polaris, self.command, self.path, self.headers, text)
                except Refusal as refusal:
                    status, body = refusal.status, refusal.body
                except KeyError:
                    status, body = 404, {"error": {"message": "not found", "type": "NotFoundException", "code": 404}}
                polaris.log.append((self.command, self.path, status))
                data = b"" if body is None else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = handle_one

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer((host, port), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
