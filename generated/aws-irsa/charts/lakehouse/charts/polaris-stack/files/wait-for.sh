#!/bin/sh
# wait-for.sh database|realm: waits until PostgreSQL lets the user in, or until it holds the Polaris realm, and says
# what it waits for. Runs in the PostgreSQL image; the address is the JDBC URL that Polaris itself uses.
#
#   JDBC_URL             jdbc:postgresql://host:5432/database[?sslmode=require]
#   PGUSER, PGPASSWORD   user of the database; libpq asks the container for its own user's name when there is none
#   REALM                name of the realm
#   WAIT_SECONDS         how long to wait (default 600), asking every WAIT_STEP seconds (default 3)
set -eu
trap 'exit 143' INT TERM
: "${JDBC_URL:?}" "${PGUSER:?}" "${PGPASSWORD:?}" "${REALM:?}"

fail() {
  printf 'ERROR %s\n' "$1" >&2
  exit 1
}

# libpq refuses parameters that only the JDBC driver knows, so only the TLS mode is taken from the query.
url=${JDBC_URL#jdbc:}
case $url in
  postgresql://*) ;;
  *) fail 'jdbcUrl must start with jdbc:postgresql://' ;;
esac
database=${url%%\?*}
case $url in
  *[?\&]sslmode=*)
    PGSSLMODE=${url##*[?&]sslmode=}
    PGSSLMODE=${PGSSLMODE%%&*}
    export PGSSLMODE
    case $PGSSLMODE in verify-*) export PGSSLROOTCERT=system ;; esac
    ;;
esac

# Prints what the database answers to the statement on standard input, its errors included.
query() {
  PGCONNECT_TIMEOUT=5 psql -X -w -q -t -A -v ON_ERROR_STOP=1 -v realm="$REALM" "$database" 2>&1 || :
}

# Sets reason to an answer that is none; a wrong password does not become right by waiting.
no_answer() {
  case $1 in
    *'password authentication failed'*) fail "$database refuses the user and password of its Secret: PostgreSQL keeps the password of its first start" ;;
  esac
  reason=$(printf '%s' "$1" | tr '\n' ' ')
  return 1
}

# Sets reason when the database does not let the user in yet.
ask_database() {
  code=0
  pg_isready --quiet --timeout=5 --dbname="$database" || code=$?
  case $code in
    0) found=$(printf 'SELECT 1;\n' | query) ;;
    1) found="$database starts, stops or recovers" ;;
    2) found="no answer from $database" ;;
    *) fail "jdbcUrl is not a usable address: $database" ;;
  esac
  [ "$found" = 1 ] || no_answer "$found"
}

# Sets reason when the realm is not there yet.
ask_realm() {
  found=$(printf "SELECT EXISTS (SELECT 1 FROM polaris_schema.entities WHERE realm_id = :'realm');\n" | query)
  case $found in
    t) ;;
    f) no_answer "$database has no realm $REALM, which the Job polaris-bootstrap creates" ;;
    *'relation "polaris_schema.entities" does not exist'*) no_answer "$database has no Polaris schema, which the Job polaris-bootstrap creates" ;;
    *) no_answer "$found" ;;
  esac
}

case ${1:-} in
  database | realm) ;;
  *) fail 'usage: wait-for.sh database|realm' ;;
esac
waited=0 last=
until "ask_$1"; do
  [ "$waited" -lt "${WAIT_SECONDS:-600}" ] || fail "gave up after $waited s: $reason"
  if [ "$reason" != "$last" ]; then printf 'waiting   %s\n' "$reason"; fi
  last=$reason
  sleep "${WAIT_STEP:-3}"
  waited=$((waited + ${WAIT_STEP:-3}))
done
printf '%s ready: %s\n' "$1" "$database"
