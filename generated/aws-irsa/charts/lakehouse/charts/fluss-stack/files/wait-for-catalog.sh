#!/bin/sh
# Waits until the catalog of the platform lets the principal in, and says what it waits for.
# Secrets reach curl through its standard input only.
#
#   CATALOG_URI, CATALOG_OAUTH_URI, CATALOG_WAREHOUSE, CATALOG_REALM   the catalog
#   POLARIS_CLIENT_ID, POLARIS_CLIENT_SECRET                           the principal
#   WAIT_SECONDS   how long to wait (default 900), asking every WAIT_STEP seconds (default 5)
set -eu
trap 'exit 143' INT TERM
: "${CATALOG_URI:?}" "${CATALOG_OAUTH_URI:?}" "${CATALOG_WAREHOUSE:?}" "${CATALOG_REALM:?}"
: "${POLARIS_CLIENT_ID:?}" "${POLARIS_CLIENT_SECRET:?}"

patience=${WAIT_SECONDS:-900}
pause=${WAIT_STEP:-5}

# Prints the body of the answer and, on a last line, its status; 000 when there was none.
ask() {
  curl --silent --max-time 10 --write-out '\n%{http_code}' --config - || true
}

token_request() {
  printf 'url = "%s"\n' "$CATALOG_OAUTH_URI"
  printf 'header = "Polaris-Realm: %s"\n' "$CATALOG_REALM"
  printf 'data = "grant_type=client_credentials&scope=PRINCIPAL_ROLE:ALL&client_id=%s&client_secret=%s"\n' \
    "$POLARIS_CLIENT_ID" "$POLARIS_CLIENT_SECRET"
}

config_request() {
  printf 'url = "%s/v1/config?warehouse=%s"\n' "$CATALOG_URI" "$CATALOG_WAREHOUSE"
  printf 'header = "Polaris-Realm: %s"\n' "$CATALOG_REALM"
  printf 'header = "Authorization: Bearer %s"\n' "$1"
}

# Sets `reason` and returns 1 while the catalog is not ready.
ready() {
  answer=$(token_request | ask)
  status=${answer##*
}
  case $status in
    200) ;;
    000) reason="no answer from $CATALOG_OAUTH_URI: Polaris is not up yet"; return 1 ;;
    400 | 401) reason="Polaris does not know the principal (status $status): its bootstrap Job has not run, or the Secret of the principal differs between the namespaces"; return 1 ;;
    *) reason="status $status from $CATALOG_OAUTH_URI"; return 1 ;;
  esac
  token=$(printf '%s' "$answer" | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')
  answer=$(config_request "$token" | ask)
  status=${answer##*
}
  case $status in
    200) return 0 ;;
    403 | 404) reason="the catalog $CATALOG_WAREHOUSE is missing or the principal may not use it yet (status $status)"; return 1 ;;
    *) reason="status $status from $CATALOG_URI/v1/config"; return 1 ;;
  esac
}

waited=0
said=
until ready; do
  if [ "$reason" != "$said" ]; then
    echo "waiting for the catalog: $reason"
    said=$reason
  fi
  if [ "$waited" -ge "$patience" ]; then
    echo "gave up after $waited seconds: $reason" >&2
    exit 1
  fi
  sleep "$pause"
  waited=$((waited + pause))
done
echo "the catalog $CATALOG_WAREHOUSE is open"
