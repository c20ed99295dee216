#!/bin/sh
# Brings a Polaris realm to the state that a table describes. It may run as often as you like: what is there already stays.
# Needs a POSIX shell, curl, base64, grep, sed, sort and tr.
#
#   POLARIS_URL   address of the server, http://host:8181
#   REALM         name of the realm
#   CREDENTIALS   folder with root/client-id, root/client-secret and the same pair for each principal
#   STRUCTURE     the table, one record a line; what a record names must stand above it:
#                   storage KEY VALUE                        a storage property of every catalog below it
#                   catalog NAME LOCATION ALLOWED...         default location and allowed locations
#                   namespace CATALOG NAME                   dots separate the levels
#                   catalog-role CATALOG ROLE
#                   grant CATALOG ROLE PRIVILEGE
#                   principal-role ROLE
#                   assign-catalog-role PRINCIPAL-ROLE CATALOG ROLE
#                   principal NAME
#                   assign-principal-role PRINCIPAL ROLE
#   WAIT_SECONDS  how long to wait for the server (default 900), asking every WAIT_STEP seconds (default 5)
set -euf
umask 077
: "${POLARIS_URL:?}" "${REALM:?}" "${CREDENTIALS:?}" "${STRUCTURE:?}"

# Secrets pass through files of this folder and through standard input, never through arguments, which `ps` shows.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' INT TERM
answer=$work/answer
management=/api/management/v1
content=/api/catalog/v1
created=0 updated=0 unchanged=0

say() { printf '%-9s %s\n' "$1" "$2"; }
fail() {
  printf 'ERROR %s\n' "$1" >&2
  exit 1
}
# Only refusals are shown: the answer to a success may hold credentials.
refused() {
  detail=
  case $status in [45]*) detail=$(tr -d '\n' < "$answer" | cut -c 1-500) ;; esac
  fail "$1: HTTP $status${detail:+ $detail}"
}
done_as() {
  case $1 in
    created | granted) created=$((created + 1)) ;;
    updated | set) updated=$((updated + 1)) ;;
    *) unchanged=$((unchanged + 1)) ;;
  esac
  say "$1" "$2"
}

# credential OWNER: sets id and secret, refusing characters that break a colon-separated pair, a JSON string or a
# configuration line. The added x keeps a closing line break, which many tools write into Secrets.
credential() {
  for part in client-id client-secret; do
    [ -r "$CREDENTIALS/$1/$part" ] || fail "the Secret of $1 has no key $part"
    text=$(cat "$CREDENTIALS/$1/$part" && printf x)
    text=${text%x}
    case $text in
      '') fail "$part of $1 is empty" ;;
      *[!A-Za-z0-9._~-]*) fail "$part of $1 may hold only A-Z a-z 0-9 . _ ~ - (and no line break)" ;;
    esac
    if [ "$part" = client-id ]; then id=$text; else secret=$text; fi
  done
}

# token OWNER: asks for a token with the owner's credential; sets status (000: no answer) and token.
token() {
  credential "$1"
  printf 'Authorization: Basic %s\nPolaris-Realm: %s\n' "$(printf '%s:%s' "$id" "$secret" | base64 | tr -d '\n')" "$REALM" > "$work/basic"
  : > "$answer"
  status=$(curl -sS --max-time 60 -o "$answer" -w '%{http_code}' -H "@$work/basic" --data 'grant_type=client_credentials' \
    --data-urlencode 'scope=PRINCIPAL_ROLE:ALL' "$POLARIS_URL$content/oauth/tokens" 2> "$work/curl") || status=000
  rm -f "$work/basic"
  token=$(sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p' "$answer")
}

# request METHOD PATH [JSON]: as root; sets status and fills the answer.
request() {
  : > "$answer"
  if [ $# -eq 3 ]; then
    status=$(printf '%s' "$3" | curl -sS --max-time 60 -o "$answer" -w '%{http_code}' -X "$1" -H "@$work/root" \
      -H 'Content-Type: application/json' --data-binary @- "$POLARIS_URL$2") || status=000
  else
    status=$(curl -sS --max-time 60 -o "$answer" -w '%{http_code}' -X "$1" -H "@$work/root" "$POLARIS_URL$2") || status=000
  fi
}

# create WHAT PATH JSON
create() {
  request POST "$2" "$3"
  case $status in
    200 | 201) done_as created "$1" ;;
    409) done_as exists "$1" ;;
    *) refused "$1" ;;
  esac
}

# link WHAT PATH NEEDLE JSON: asks first, because servers before 1.7 answer 500 to a link that is there already.
link() {
  request GET "$2"
  [ "$status" = 200 ] || refused "$1"
  if tr -d ' \n' < "$answer" | grep -qF "$3"; then
    done_as exists "$1"
    return
  fi
  request PUT "$2" "$4"
  [ "$status" = 201 ] || refused "$1"
  done_as granted "$1"
}

# property KEY: a text or boolean of the answer; nothing when it is absent, null or false.
property() {
  tr -d '\n' < "$answer" | sed -n \
    -e 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p' -e 's/.*"'"$1"'" *: *true.*/true/p'
}
# Allowed locations in a fixed order, because the server keeps none; without the default one, which servers before 1.7 add.
# shellcheck disable=SC2020 # each of the two becomes a line end
comparable() { tr ', ' '\n\n' | tr -d '"' | grep -vxF -e "$location" | sed '/^$/d' | sort; }

# catalog NAME LOCATION ALLOWED...
catalog() {
  name=$1 location=$2
  shift 2
  [ $# -gt 0 ] || fail "catalog $name has no allowed location"
  properties="{\"default-base-location\":\"$location\"}"
  allowed=$(printf ',"%s"' "$@")
  storage="{\"storageType\":\"S3\",\"allowedLocations\":[${allowed#,}]"
  while read -r key value; do
    case $value in
      false) ;;
      true) storage="$storage,\"$key\":true" ;;
      *) storage="$storage,\"$key\":\"$value\"" ;;
    esac
  done < "$work/storage"
  storage="$storage}"

  request POST "$management/catalogs" \
    "{\"catalog\":{\"name\":\"$name\",\"type\":\"INTERNAL\",\"properties\":$properties,\"storageConfigInfo\":$storage}}"
  case $status in
    201) done_as created "catalog $name"; return ;;
    409) ;;
    *) refused "catalog $name" ;;
  esac

  request GET "$management/catalogs/$name"
  [ "$status" = 200 ] || refused "catalog $name"
  changes=
  [ "$(property default-base-location)" = "$location" ] || changes="$changes default-base-location"
  there=$(tr -d '\n' < "$answer" | sed -n 's/.*"allowedLocations" *: *\[\([^]]*\)\].*/\1/p' | comparable)
  [ "$there" = "$(printf '%s\n' "$@" | comparable)" ] || changes="$changes allowedLocations"
  for key in roleArn externalId region endpoint endpointInternal stsEndpoint stsUnavailable kmsUnavailable pathStyleAccess; do
    wanted=$(sed -n "s/^$key //p" "$work/storage")
    [ "$wanted" != false ] || wanted=
    [ "$(property "$key")" = "$wanted" ] || changes="$changes $key"
  done
  if [ -z "$changes" ]; then
    done_as exists "catalog $name"
    return
  fi
  version=$(tr -d ' \n' < "$answer" | sed -n 's/.*"entityVersion":\([0-9]*\).*/\1/p')
  request PUT "$management/catalogs/$name" \
    "{\"currentEntityVersion\":$version,\"properties\":$properties,\"storageConfigInfo\":$storage}"
  [ "$status" = 200 ] || refused "catalog $name, changed:$changes"
  done_as updated "catalog $name, changed:$changes"
}

# principal NAME: its credential comes from the Secret and is set when the server does not take it.
principal() {
  create "principal $1" "$management/principals" "{\"principal\":{\"name\":\"$1\",\"properties\":{}}}"
  token "$1"
  case $status in
    200) done_as exists "credential of $1"; return ;;
    401) ;;
    *) refused "token of $1" ;;
  esac
  request POST "$management/principals/$1/reset" "{\"clientId\":\"$id\",\"clientSecret\":\"$secret\"}"
  case $status in
    200) ;;
    409) fail "the client id of $1 belongs to another principal: each Secret needs an id of its own" ;;
    *) refused "credential of $1" ;;
  esac
  token "$1"
  [ "$status" = 200 ] || refused "token of $1 after its credential was set"
  done_as set "credential of $1"
}

# No answer and 5xx pass with time (no database, no schema, no realm yet); a refusal does not.
wait_for_server() {
  waited=0 last=
  while :; do
    token root
    case $status in
      200) break ;;
      000) reason="no answer from $POLARIS_URL ($(sed 's/^curl: //' "$work/curl"))" ;;
      5*) reason="HTTP $status from $POLARIS_URL: its database has no realm $REALM yet, or is not reachable" ;;
      401) fail "realm $REALM refuses the root credential: a realm keeps the one it was bootstrapped with, whatever its Secret says later" ;;
      404) fail "the server does not serve realm $REALM" ;;
      *) refused "token of root" ;;
    esac
    [ "$waited" -lt "${WAIT_SECONDS:-900}" ] || fail "gave up after $waited s: $reason"
    if [ "$reason" != "$last" ]; then say waiting "$reason"; fi
    last=$reason
    sleep "${WAIT_STEP:-5}"
    waited=$((waited + ${WAIT_STEP:-5}))
  done
  [ -n "$token" ] || fail "the answer to root's token request holds no token"
  printf 'Authorization: Bearer %s\nPolaris-Realm: %s\nAccept: application/json\n' "$token" "$REALM" > "$work/root"
}

# Every credential is looked at before the first request: a bad Secret must not leave half a bootstrap.
while read -r kind name _; do
  if [ "$kind" = principal ]; then credential "$name"; fi
done < "$STRUCTURE"
wait_for_server

: > "$work/storage"
number=0
while read -r kind a b rest <&3; do
  number=$((number + 1))
  case "$a $b $rest" in *[!A-Za-z0-9\ _./:@=+,~!\'\(\)-]*) fail "line $number of the table: a character that no name or address has" ;; esac
  case $kind in
    '' | '#'*) ;;
    storage) printf '%s %s\n' "$a" "$b" >> "$work/storage" ;;
    catalog)
      # shellcheck disable=SC2086 # the rest of the line is a list
      catalog "$a" "$b" $rest ;;
    namespace) create "namespace $a $b" "$content/$a/namespaces" "{\"namespace\":[\"$(printf %s "$b" | sed 's/\./","/g')\"],\"properties\":{}}" ;;
    catalog-role) create "catalog role $a $b" "$management/catalogs/$a/catalog-roles" "{\"catalogRole\":{\"name\":\"$b\",\"properties\":{}}}" ;;
    grant) link "privilege $rest of catalog role $a $b" "$management/catalogs/$a/catalog-roles/$b/grants" \
      "\"privilege\":\"$rest\"" "{\"grant\":{\"type\":\"catalog\",\"privilege\":\"$rest\"}}" ;;
    principal-role) create "principal role $a" "$management/principal-roles" "{\"principalRole\":{\"name\":\"$a\",\"properties\":{}}}" ;;
    assign-catalog-role) link "catalog role $b $rest of principal role $a" "$management/principal-roles/$a/catalog-roles/$b" \
      "\"name\":\"$rest\"" "{\"catalogRole\":{\"name\":\"$rest\"}}" ;;
    principal) principal "$a" ;;
    assign-principal-role) link "principal role $b of $a" "$management/principals/$a/principal-roles" \
      "\"name\":\"$b\"" "{\"principalRole\":{\"name\":\"$b\"}}" ;;
    *) fail "line $number of the table: unknown record $kind" ;;
  esac
done 3< "$STRUCTURE"
say complete "$created created, $updated updated, $unchanged unchanged"
