#!/usr/bin/env bash
# Removes the platform's releases, last installed first. Data stays: volumes, buckets, Secrets and namespaces.
# Written by lakehelm; a change belongs into the values file.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: ./uninstall.sh [--delete-data] [--timeout DURATION]

  --delete-data       afterwards also delete the namespaces, with all volumes and Secrets in them; asks for the platform's name
  --timeout DURATION  how long each step may take (default 10m)

CRDs stay: other platforms of the cluster may use them.
TEXT
}

HELM=${HELM:-helm} KUBECTL=${KUBECTL:-kubectl}
timeout=10m delete_data=no
while [ $# -gt 0 ]; do
  case $1 in
    --delete-data) delete_data=yes; shift ;;
    --timeout) timeout=${2:?--timeout needs a duration}; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

say() { printf '\n== %s\n' "$*"; }
die() { printf 'ERROR %s\n' "$1" >&2; shift; [ $# -eq 0 ] || printf '      %s\n' "$@" >&2; exit 1; }

command -v "$KUBECTL" >/dev/null || die "kubectl is not in PATH" "or name it: KUBECTL=/path/to/kubectl ./uninstall.sh"
command -v "$HELM" >/dev/null || die "helm is not in PATH" "or name it: HELM=/path/to/helm ./uninstall.sh"
answer=$("$KUBECTL" version 2>&1) || die "the cluster does not answer: $(printf '%s' "$answer" | tail -n 1)" "check KUBECONFIG and: $KUBECTL config current-context"

# An operator must still run to release its custom resources; jobs of a session go before the session.
remove_custom_resources() {
  local resource=$1 namespace=$2 found
  found=$("$KUBECTL" get crd "$resource" --ignore-not-found -o name) || die "cannot ask for the CRD $resource"
  [ -n "$found" ] || return 0
  "$KUBECTL" -n "$namespace" delete "$resource" --all --ignore-not-found --timeout "$timeout" || die "some $resource in $namespace are still there" \
    "the operator that must release them has to run: $KUBECTL -n $namespace describe $resource" "then run this again"
}

remove_release() {
  local name=$1 namespace=$2 status
  status=$("$HELM" status "$name" -n "$namespace" 2>&1) || case $status in
    *"not found"*) return 0 ;;
    *) die "cannot ask for release $name: $(printf '%s' "$status" | tail -n 1)" ;;
  esac
  say "release $name"
  "$HELM" uninstall "$name" -n "$namespace" --wait --timeout "$timeout" ||
    die "release $name is not gone" "what is left: $HELM status $name -n $namespace; $KUBECTL get events -A --field-selector type=Warning" "then run this again"
}

say "custom resources"
remove_custom_resources flinkstatesnapshots.flink.apache.org flink
remove_custom_resources flinksessionjobs.flink.apache.org flink
remove_custom_resources flinkdeployments.flink.apache.org flink
remove_custom_resources scheduledsparkapplications.sparkoperator.k8s.io spark
remove_custom_resources sparkapplications.sparkoperator.k8s.io spark

remove_release lakehouse lakehouse
remove_release spark-operator technical-spark-operator
remove_release flink-operator technical-flink-operator
remove_release namespaces lakehouse

if [ "$delete_data" = yes ]; then
  say "data"
  printf 'This deletes the namespaces technical-flink-operator minio polaris technical-spark-operator fluss flink spark with every volume and Secret in them.\n'
  printf 'Type the name of the platform (%s) to go on: ' lakehouse
  read -r answer || answer=
  [ "$answer" = lakehouse ] || die "not deleted"
  "$KUBECTL" delete namespace --ignore-not-found --timeout "$timeout" technical-flink-operator minio polaris technical-spark-operator fluss flink spark
fi
say "done"
