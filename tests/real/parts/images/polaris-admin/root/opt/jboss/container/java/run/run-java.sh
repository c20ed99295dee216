#!/bin/bash
# Stands in for the admin tool of Polaris: `bootstrap --credentials-file FILE`, with its words, on the real database.
set -euo pipefail
[ "${1:-} ${2:-}" = "bootstrap --credentials-file" ] || { echo "usage: bootstrap --credentials-file FILE" >&2; exit 2; }
[ "$POLARIS_PERSISTENCE_TYPE" = relational-jdbc ] || { echo "unknown persistence type $POLARIS_PERSISTENCE_TYPE" >&2; exit 3; }
read -r realm id secret < <(sed 's/[{}":,]\+/ /g; s/client-id//; s/client-secret//' "$3")
export PGUSER=$QUARKUS_DATASOURCE_USERNAME PGPASSWORD=$QUARKUS_DATASOURCE_PASSWORD
run() { psql -XwqtA -v ON_ERROR_STOP=1 -v realm="$realm" -v id="$id" -v secret="$secret" "${QUARKUS_DATASOURCE_JDBC_URL#jdbc:}"; }
run <<'SQL'
CREATE SCHEMA IF NOT EXISTS polaris_schema;
CREATE TABLE IF NOT EXISTS polaris_schema.entities (realm_id TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS polaris_schema.stand_in (realm_id TEXT PRIMARY KEY, client_id TEXT, secret TEXT);
SQL
if [ "$(echo "SELECT EXISTS (SELECT 1 FROM polaris_schema.entities WHERE realm_id = :'realm')" | run)" = t ]; then
  echo "Realm '$realm' is already bootstrapped; skipping."
  exit 0
fi
run <<'SQL'
INSERT INTO polaris_schema.entities VALUES (:'realm', 'root');
INSERT INTO polaris_schema.stand_in VALUES (:'realm', :'id', :'secret');
SQL
echo "Realm '$realm' successfully bootstrapped."
echo "Bootstrap completed successfully."
