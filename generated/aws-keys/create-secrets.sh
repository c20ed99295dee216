#!/usr/bin/env bash
# Creates the Secrets of the platform. No value is in this file, in any other generated file, or on a command line.
# Written by lakehelm; a change belongs into the values file.
set -euo pipefail
umask 077

usage() {
  cat <<'TEXT'
usage: ./create-secrets.sh [--list]

  --list  print the environment variables that are read, and stop

A value comes from its environment variable, else from the Secret that is already there.
A variable with _FILE at its end names a file that holds the value (POLARIS_TOKEN_PRIVATE_KEY_FILE=private.pem).
A Secret that needs the same value in several namespaces gets it in all of them.
Nothing is created or changed when a single value is missing or cannot work.

Environment: KUBECTL names the program; KUBECONFIG and the current context name the cluster.
TEXT
}

KUBECTL=${KUBECTL:-kubectl}
list=no
case ${1:-} in
  "") ;;
  --list) list=yes ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
problems=()
cr=$'\r'
# Keys may begin with a dot.
shopt -s dotglob
draw=no

die() { printf 'ERROR %s\n' "$1" >&2; shift; [ $# -eq 0 ] || printf '      %s\n' "$@" >&2; exit 1; }
problem() { problems+=("$*"); }

secret() { # NAME TYPE NAMESPACE... : starts a Secret
  name=$1 type=$2; shift 2
  namespaces=("$@")
  rm -rf "$work/values"
  mkdir "$work/values"
  [ "$list" = no ] || { printf '# %s in %s\n' "$name" "${namespaces[*]}"; return; }
}

existing() { # KEY FILE : the value of the first namespace that has one
  local namespace encoded
  for namespace in "${namespaces[@]}"; do
    # A cluster that does not answer is not a Secret that is absent: its value must not be drawn anew.
    encoded=$("$KUBECTL" -n "$namespace" get secret "$name" --ignore-not-found \
      -o "go-template={{with .data}}{{with index . \"$1\"}}{{.}}{{end}}{{end}}" 2>"$work/error") ||
      die "cannot read Secret $name in namespace $namespace: $(tail -n 1 "$work/error")" "no Secret was created or changed"
    printf '%s' "$encoded" | base64 -d >"$2"
    [ ! -s "$2" ] || return 0
  done
  return 1
}

key() { # KEY VARIABLE HOW [GROUP] : HOW is a kind of value that `draw` or `check` knows; in a GROUP every value differs
  local key=$1 variable=$2 how=$3 file=$work/values/$1 from=${2}_FILE
  if [ "$list" = yes ]; then
    printf '%s\n' "$variable"
    return
  fi
  if [ -n "${!variable:-}" ]; then
    printf '%s' "${!variable}" >"$file"
  elif [ -n "${!from:-}" ]; then
    cat "${!from}" >"$file" 2>/dev/null || {
      problem "$from names a file that cannot be read: ${!from}"
      return
    }
  elif [ "$how" = rsa-public ] && [ -e "$work/rsa-private" ]; then
    draw "$how" "$file" || return 0
  elif existing "$key" "$file"; then
    :
  elif [[ $how == literal:* ]]; then
    printf '%s' "${how#literal:}" >"$file"
  elif [ "$how" = docker-config ]; then
    problem "$variable is not set (Secret $name, key $key): docker login REGISTRY, then name its file in ${variable}_FILE=\$HOME/.docker/config.json"
    return
  elif [ "$draw" = yes ] && draw "$how" "$file"; then
    :
  else
    problem "$variable is not set (Secret $name, key $key)"
    return
  fi
  check "$key" "$how" "$file"
  [ -z "${4:-}" ] || differs "$4" "$key" "$file"
}

draw() { # HOW FILE : fails for a kind of value that somebody has to give
  case $1 in
    id | user) printf '%s-%s' "$name" "$(openssl rand -hex 4)" | tail -c 40 >"$2" ;;
    password) openssl rand -hex 24 | tr -d '\n' >"$2" ;;
    rsa-private) openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$2" 2>/dev/null ;;
    rsa-public) openssl pkey -in "$work/rsa-private" -pubout -out "$2" 2>/dev/null ;;
    *) return 1 ;;
  esac
}

# What the servers report badly or not at all.
check() { # KEY HOW FILE
  case $2 in
    literal:* | line | word | jdbc-url)
      # The line break at the end of a file is the usual mistake, and nobody sees it.
      [ -s "$3" ] && ! LC_ALL=C grep -q "$cr" "$3" && [ "$(wc -l <"$3")" -eq 0 ] ||
        problem "Secret $name, key $1: must be one line without a line break at its end" ;;
  esac
  case $2 in
    word)
      LC_ALL=C grep -qE '^[]!$-&(-[^-~]+$' "$3" ||
        problem "Secret $name, key $1: blanks, quotes, # and \\ do not reach the server whole" ;;
    jdbc-url)
      grep -q '^jdbc:postgresql://[^/]' "$3" || problem "Secret $name, key $1: must begin with jdbc:postgresql:// and a host" ;;
    user)
      LC_ALL=C grep -qE '^[A-Za-z0-9._-]+$' "$3" && [ "$(wc -l <"$3")" -eq 0 ] ||
        problem "Secret $name, key $1: only A-Z a-z 0-9 . _ - can be in the name of a user (no newline at the end either)" ;;
    id | password)
      LC_ALL=C grep -qE '^[A-Za-z0-9._~-]+$' "$3" && [ "$(wc -l <"$3")" -eq 0 ] ||
        problem "Secret $name, key $1: only A-Z a-z 0-9 . _ ~ - are safe in every place it goes to (no newline at the end either)"
      [ "$2" = id ] || [ "$(wc -c <"$3")" -ge 8 ] || problem "Secret $name, key $1: needs at least 8 characters" ;;
    rsa-private)
      grep -q 'BEGIN PRIVATE KEY' "$3" || problem "Secret $name, key $1: not a PKCS#8 key; make it with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"
      cp "$3" "$work/rsa-private" ;;
    docker-config)
      # A login that a credential helper keeps leaves an entry without the credential behind.
      grep -qE '"(auth|password|identitytoken)"[[:space:]]*:[[:space:]]*"[^"]' "$3" ||
        problem "Secret $name, key $1: no login in it (a credential helper keeps it elsewhere?): log in with an empty folder as DOCKER_CONFIG and take the config.json from there" ;;
    literal:*)
      [ "$(cat "$3")" = "${2#literal:}" ] ||
        printf 'warning: Secret %s, key %s differs from what the values file says: %s\n' "$name" "$1" "${2#literal:}" >&2 ;;
    rsa-public)
      grep -q 'BEGIN PUBLIC KEY' "$3" || problem "Secret $name, key $1: not a public key; make it with: openssl pkey -in private.pem -pubout"
      [ ! -e "$work/rsa-private" ] || [ "$(openssl pkey -in "$work/rsa-private" -pubout 2>/dev/null)" = "$(cat "$3")" ] ||
        problem "Secret $name, key $1: does not belong to the private key" ;;
  esac
}

# Two Secrets with one value that has to tell them apart.
differs() { # GROUP KEY FILE
  local group=$work/groups/$1 other
  mkdir -p "$group"
  for other in "$group"/*; do
    [ ! -f "$other" ] || [ "$(cat "$other")" != "$(cat "$3")" ] ||
      problem "Secret $name, key $2: the same as in Secret ${other##*/}; each needs a value of its own"
  done
  cp "$3" "$group/$name"
}

write() { # : ends a Secret
  [ "$list" = no ] || return 0
  [ ${#problems[@]} -eq 0 ] || return 0
  mkdir -p "$work/secrets/$name"
  cp -r "$work/values/." "$work/secrets/$name/"
  printf '%s\n' "${namespaces[@]}" >"$work/secrets/$name.namespaces"
  printf '%s' "$type" >"$work/secrets/$name.type"
}

apply() { # NAME NAMESPACE
  local files=("--type=$(cat "$work/secrets/$1.type")") file state
  for file in "$work/secrets/$1"/*; do files+=("--from-file=${file##*/}=$file"); done
  if "$KUBECTL" -n "$2" get secret "$1" >/dev/null 2>&1; then
    state=$("$KUBECTL" -n "$2" create secret generic "$1" "${files[@]}" --dry-run=client -o yaml | "$KUBECTL" diff -f - >/dev/null 2>&1 && echo same || echo differs)
    if [ "$state" = same ]; then
      printf 'unchanged  %s/%s\n' "$2" "$1"
    else
      # `replace` keeps no copy of the values in an annotation, as `apply` would.
      "$KUBECTL" -n "$2" create secret generic "$1" "${files[@]}" --dry-run=client -o yaml | "$KUBECTL" replace -f - >/dev/null
      printf 'updated    %s/%s\n' "$2" "$1"
    fi
  else
    "$KUBECTL" -n "$2" create secret generic "$1" "${files[@]}" >/dev/null
    printf 'created    %s/%s\n' "$2" "$1"
  fi
  "$KUBECTL" -n "$2" label secret "$1" app.kubernetes.io/part-of=lakehouse --overwrite >/dev/null
}

if [ "$list" = no ]; then
  for program in "$KUBECTL" base64 openssl; do
    command -v "$program" >/dev/null || die "$program is not in PATH"
  done
  "$KUBECTL" version >/dev/null 2>"$work/error" || die "the cluster does not answer: $(tail -n 1 "$work/error")" "check KUBECONFIG and: $KUBECTL config current-context"
  for namespace in technical-flink-operator polaris technical-spark-operator fluss flink spark; do
    "$KUBECTL" get namespace "$namespace" >/dev/null 2>&1 || {
      "$(dirname "$0")/install.sh" --skip-preflight --only namespaces
      break
    }
  done
fi

# Access keys of the object storage
secret aws-secret Opaque technical-flink-operator flink fluss polaris spark
key access_key_id AWS_ACCESS_KEY_ID word
key secret_access_key AWS_SECRET_ACCESS_KEY word
key region STORAGE_REGION literal:eu-north-1
write

# Keystore of the Flink operator's webhook
secret flink-operator-webhook Opaque technical-flink-operator
key password FLINK_OPERATOR_WEBHOOK_PASSWORD password
write

# PostgreSQL database of Polaris
secret polaris-persistence Opaque polaris
key username POLARIS_DATABASE_USERNAME literal:polaris
key password POLARIS_DATABASE_PASSWORD password
key jdbcUrl POLARIS_DATABASE_JDBC_URL literal:jdbc:postgresql://postgres.polaris.svc.cluster.local:5432/POLARIS
write

# Root principal of the Polaris realm
secret polaris-root Opaque polaris
key client-id POLARIS_ROOT_CLIENT_ID id polaris
key client-secret POLARIS_ROOT_CLIENT_SECRET password
write

# Keys that sign the tokens of Polaris
secret polaris-token-broker Opaque polaris
key private.pem POLARIS_TOKEN_PRIVATE_KEY rsa-private
key public.pem POLARIS_TOKEN_PUBLIC_KEY rsa-public
write

# Polaris principal fluss
secret polaris-principal-fluss Opaque polaris fluss
key client-id POLARIS_PRINCIPAL_FLUSS_CLIENT_ID id polaris
key client-secret POLARIS_PRINCIPAL_FLUSS_CLIENT_SECRET password
write

# Polaris principal flink
secret polaris-principal-flink Opaque polaris flink
key client-id POLARIS_PRINCIPAL_FLINK_CLIENT_ID id polaris
key client-secret POLARIS_PRINCIPAL_FLINK_CLIENT_SECRET password
write

# Polaris principal spark
secret polaris-principal-spark Opaque polaris spark
key client-id POLARIS_PRINCIPAL_SPARK_CLIENT_ID id polaris
key client-secret POLARIS_PRINCIPAL_SPARK_CLIENT_SECRET password
write

[ "$list" = no ] || exit 0
if [ ${#problems[@]} -gt 0 ]; then
  printf '      %s\n' "${problems[@]}" >&2
  die "no Secret was created or changed" "./create-secrets.sh --list prints every variable"
fi
for entry in "$work"/secrets/*.namespaces; do
  name=${entry##*/}; name=${name%.namespaces}
  while read -r namespace; do apply "$name" "$namespace"; done <"$entry"
done
