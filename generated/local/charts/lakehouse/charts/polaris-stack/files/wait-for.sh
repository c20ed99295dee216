#!/bin/sh
# wait-for.sh database|realm: waits until PostgreSQL lets its user in, or until it holds the Polaris realm, and says what
# it waits for. Runs in the PostgreSQL image; the address is the JDBC URL that Polaris itself uses.
#
#   JDBC_URL             jdbc:postgresql://host:5432/database[?sslmode=require]
#   PGUSER, PGPASSWORD   user of the database; libpq asks the container for its own user's name when there is none
#   REALM                name of the realm
#   WAIT_SECONDS         how long to wait (default 600), asking every WAIT_STEP seconds (default 3)
set -eu
trap 'exit 143' INT TERM
: "${JDBC_URL:?}" "${PGUSER:?}" "${PGPASSWORD:?}" "${REALM:?}"

line_end='
'
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

# query STATEMENT: sets found to the answer, or to what keeps the database from giving one.
query() {
  code=0
  found=$(printf '%s;\n' "$1" |
    PGCONNECT_TIMEOUT=5 psql -X -w -q -t -A -v ON_ERROR_STOP=1 -v realm="$REALM" "$database" 2>&1) || code=$?
  # Above an answer may stand warnings, such as that of another version of the C library at every sign-in.
  if [ "$code" = 0 ]; then found=${found##*"$line_end"}; fi
  case $found in
    *'password authentication failed'*) fail "$database refuses the user and password of its Secret: PostgreSQL keeps the password of its first start" ;;
  esac
  reason=$(printf '%s' "$found" | tr '\n' ' ')
}

# Sets reason when the database does not answer yet.
ask_database() {
  code=0
  pg_isready --quiet --timeout=5 --dbname="$database" || code=$?
  case $code in
    0) ;;
    1) reason="$database starts, stops or recovers"; return 1 ;;
    2) reason="no answer from $database"; return 1 ;;
    *) fail "jdbcUrl is not a usable address: $database" ;;
  esac
  # That asked without user and password; what comes next would only show how its driver fails.
  query 'SELECT 1'
  [ "$found" = 1 ]
}

# Sets reason when the realm is not there yet.
ask_realm() {
  query "SELECT EXISTS (SELECT 1 FROM polaris_schema.entities WHERE realm_id = :'realm')"
  case $found in
    t) return 0 ;;
    f) reason="$database has no realm $REALM, which the Job polaris-bootstrap creates" ;;
    *'relation "polaris_schema.entities" does not exist'*) reason="$database has no Polaris schema, which the Job polaris-bootstrap creates" ;;
  esac
  return 1
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
