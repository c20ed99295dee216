#!/usr/bin/env bash
# Installs or upgrades the platform: its Helm releases, in order. Safe to repeat after any failure.
# Written by lakehelm; a change belongs into the values file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

usage() {
  cat <<'TEXT'
usage: ./install.sh [--only RELEASE]... [--timeout DURATION] [--skip-preflight] [-- HELM-ARGUMENTS]

  --only RELEASE      install just this release; can be repeated
  --timeout DURATION  how long each release may take to become ready (default 15m)
  --skip-preflight    do not check the cluster and the Secrets first
  -- ARGUMENTS        handed to `helm upgrade --install`; needs --only with one release (./install.sh --only NAME -- -f site.yaml)

Releases: namespaces flink-operator spark-operator lakehouse

Environment: HELM, KUBECTL, LAKEHELM name the programs; KUBECONFIG and the current context name the cluster.
TEXT
}

HELM=${HELM:-helm} KUBECTL=${KUBECTL:-kubectl} LAKEHELM=${LAKEHELM:-lakehelm}
timeout=15m preflight=yes only=() helm_arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --only) only+=("${2:?--only needs a release}"); shift 2 ;;
    --timeout) timeout=${2:?--timeout needs a duration}; shift 2 ;;
    --skip-preflight) preflight=no; shift ;;
    --) shift; helm_arguments=("$@"); break ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf '\n== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
die() { printf 'ERROR %s\n' "$1" >&2; shift; [ $# -eq 0 ] || printf '      %s\n' "$@" >&2; exit 1; }
wanted() { [ ${#only[@]} -eq 0 ] || [[ " ${only[*]} " == *" $1 "* ]]; }

check_arguments() {
  local release
  for release in ${only[@]+"${only[@]}"}; do
    case $release in
      namespaces | flink-operator | spark-operator | lakehouse) ;;
      *) usage >&2; die "there is no release $release" ;;
    esac
  done
  # Each chart refuses the values of the others.
  [ ${#helm_arguments[@]} -eq 0 ] || [ ${#only[@]} -eq 1 ] || { usage >&2; die "arguments for Helm need --only with one release"; }
}

helm_major() { "$HELM" version --template '{{.Version}}' | sed 's/^v\([0-9]*\).*/\1/'; }

check_programs() {
  command -v "$KUBECTL" >/dev/null || die "kubectl is not in PATH" "install it, or name it: KUBECTL=/path/to/kubectl ./install.sh"
  command -v "$HELM" >/dev/null || die "helm is not in PATH" "install Helm 3.10 or newer, or name it: HELM=/path/to/helm ./install.sh"
  local version
  version=$("$HELM" version --template '{{.Version}}')
  case $version in
    v[12].* | v3.[0-9].*) die "Helm $version is too old" "Helm 3.10 or newer, or 4.2 or newer" ;;
    v3.18.0*) note "warning: Helm 3.18.0 reads numbers in charts wrongly; these charts allow for it, others may not" ;;
    v4.[01].*) note "warning: Helm $version fails on some charts behind a post-renderer; 4.2 or newer is better" ;;
  esac
  ! wanted lakehouse || command -v "$LAKEHELM" >/dev/null || die "lakehelm is not in PATH" \
    "Helm calls it as post-renderer; without it the charts refuse to be installed" "or name it: LAKEHELM=/path/to/lakehelm ./install.sh"
}

check_cluster() {
  "$KUBECTL" version >/dev/null 2>"$work/error" || die "the cluster does not answer: $(tail -n 1 "$work/error")" "check KUBECONFIG and: $KUBECTL config current-context"
  local missing=() namespace
  # Objects of these namespaces are created with the rights of whoever runs this.
  for namespace in technical-flink-operator polaris technical-spark-operator fluss flink spark; do
    "$KUBECTL" auth can-i create deployments.apps -n "$namespace" >/dev/null 2>&1 || missing+=("$namespace")
  done
  [ ${#missing[@]} -eq 0 ] || die "you may not create Deployments in: ${missing[*]}" "ask for write rights in these namespaces (and for CRDs, ClusterRoles and webhook configurations)"
  "$KUBECTL" auth can-i create customresourcedefinitions.apiextensions.k8s.io >/dev/null 2>&1 || die "you may not create CRDs" \
    "the operators need CRDs, ClusterRoles and webhook configurations: ask somebody who may create them"
  "$KUBECTL" get crd certificates.cert-manager.io >/dev/null 2>&1 || die "the cluster has no CRD certificates.cert-manager.io" 'cert-manager issues the webhook certificates; install cert-manager 1.21.1 first'
  "$KUBECTL" get crd podmonitors.monitoring.coreos.com >/dev/null 2>&1 || die "the cluster has no CRD podmonitors.monitoring.coreos.com" 'observability.prometheus.discovery is pod-monitor; install the Prometheus operator first'
  "$KUBECTL" get crd externalsecrets.external-secrets.io >/dev/null 2>&1 || die "the cluster has no CRD externalsecrets.external-secrets.io" 'credentials.secrets.provider is external-secrets; install the External Secrets operator first'
  "$KUBECTL" get crd servicemonitors.monitoring.coreos.com >/dev/null 2>&1 || die "the cluster has no CRD servicemonitors.monitoring.coreos.com" 'observability.prometheus.discovery is pod-monitor; install the Prometheus operator first'
}

# A release that somebody interrupted blocks every later upgrade; one of another chart must not be overwritten.
check_release() {
  local name=$1 namespace=$2 chart=${3##*/} status found
  found=$("$HELM" list -n "$namespace" --filter "^$name\$" -o json | sed -n 's/.*"chart":"\([^"]*\)-[0-9][^"]*".*/\1/p')
  [ -z "$found" ] || [ "$found" = "$chart" ] || die "release $name in namespace $namespace is of another chart: $found" \
    "this platform needs that name: remove the other release, or choose another namespaces.release"
  status=$("$HELM" status "$name" -n "$namespace" -o json 2>/dev/null | tr ',' '\n' | sed -n 's/.*"status":"\(pending-[a-z]*\)".*/\1/p' | head -n 1) || true
  case $status in
    pending-install) die "release $name was interrupted during its first installation" "remove the half release: $HELM uninstall $name -n $namespace" "then run this again" ;;
    pending-*) die "release $name is locked ($status)" "go back to the last good revision: $HELM history $name -n $namespace; $HELM rollback $name REVISION -n $namespace" "then run this again" ;;
  esac
}

# Every Secret with every key, without reading a value.
find_missing_secrets() {
  missing=()
  check_secret technical-flink-operator flink-operator-webhook password
  check_secret polaris polaris-persistence username password jdbcUrl
  check_secret polaris polaris-root client-id client-secret
  check_secret polaris polaris-token-broker private.pem public.pem
  check_secret polaris polaris-principal-fluss client-id client-secret
  check_secret fluss polaris-principal-fluss client-id client-secret
  check_secret polaris polaris-principal-flink client-id client-secret
  check_secret flink polaris-principal-flink client-id client-secret
  check_secret polaris polaris-principal-spark client-id client-secret
  check_secret spark polaris-principal-spark client-id client-secret
}
check_secrets() {
  local missing attempt
  # The first release has just asked for them.
  for attempt in $(seq 1 24); do
    find_missing_secrets
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$attempt" -gt 1 ] || note "waiting for External Secrets"
    sleep 5
  done
  printf '      %s\n' "${missing[@]}" >&2
  die "Secrets are missing" "External Secrets has not delivered them: $KUBECTL get externalsecrets -A" "then run this again"
}
check_secret() {
  local namespace=$1 name=$2 found key
  shift 2
  # shellcheck disable=SC2016 # a Go template
  found=$("$KUBECTL" -n "$namespace" get secret "$name" -o 'go-template={{range $key, $value := .data}}{{if $value}}{{$key}} {{end}}{{end}}' 2>/dev/null) || {
    missing+=("$namespace/$name")
    return
  }
  for key; do
    [[ " $found" == *" $key "* ]] || missing+=("$namespace/$name: no key $key")
  done
}

# Helm 4 finds a post-renderer as a plugin; one of our own keeps the shared plugin folder untouched.
post_renderer() {
  renderer=(--post-renderer "$LAKEHELM" --post-renderer-args post-render --post-renderer-args -c --post-renderer-args "$1")
  if [ "$(helm_major)" -ge 4 ]; then
    [ -n "${HELM_PLUGINS_OF_LAKEHELM:-}" ] || {
      # What it prints is for somebody who calls Helm by hand.
      "$LAKEHELM" helm-plugin "$work/plugins" >"$work/error" 2>&1 || die "lakehelm cannot write Helm's plugin: $(tail -n 1 "$work/error")"
      HELM_PLUGINS_OF_LAKEHELM=$work/plugins
    }
    export HELM_PLUGINS=$HELM_PLUGINS_OF_LAKEHELM LAKEHELM_LOG=$work/post-render.log
    renderer[1]=lakehelm
  fi
}

# Helm installs CRDs but never upgrades them, and the two Helms disagree on who owns them: so they are applied here.
# They come out of the archive, because `helm show crds` joins files without a separator.
apply_crds() {
  local archive=$1 folder attempt
  rm -rf "$work/upstream"
  mkdir "$work/upstream"
  tar -xzf "$archive" -C "$work/upstream"
  for folder in "$work"/upstream/*/crds; do
    [ -d "$folder" ] || continue
    note "CRDs of ${archive##*/}"
    "$KUBECTL" apply --server-side --force-conflicts --field-manager=helm -f "$folder" >/dev/null || die "the CRDs of ${archive##*/} were refused"
    for attempt in 1 2 3 4 5 6; do
      # A CRD without any condition yet makes `wait` fail at once.
      "$KUBECTL" wait --for=condition=Established --timeout=30s -f "$folder" >/dev/null 2>"$work/error" && continue 2
      sleep "$attempt"
    done
    die "the CRDs of ${archive##*/} are not established: $(tail -n 1 "$work/error")"
  done
}

# `dependency build` asks for `helm repo add` as soon as there is a Chart.lock; `update` does not, and versions are exact.
fetch_chart() {
  local chart=$1 name=$2 version=$3 repository=$4
  case $repository in
    # A folder beside the charts may have changed under the same version.
    file://*) ;;
    *) [ ! -e "$chart/charts/$name-$version.tgz" ] || return 0 ;;
  esac
  "$HELM" dependency update "$chart" >"$work/dependency" 2>&1 || {
    cat "$work/dependency" >&2
    die "helm cannot fetch $name $version from $repository" "without a way there: lakehelm generate --charts FOLDER takes archives from a folder"
  }
  note "$name $version"
}

install_release() {
  local name=$1 namespace=$2 chart=$here/$3 patches=$4 archive renderer=() create=() found
  shift 4
  wanted "$name" || return 0
  say "release $name in namespace $namespace"
  check_release "$name" "$namespace" "$chart"
  for archive; do apply_crds "$here/$archive"; done
  [ -z "$patches" ] || post_renderer "$here/$patches"
  # Helm 4 applies the namespace anew: from one that is there it takes all that Helm gave it, pod security included.
  found=$("$KUBECTL" get namespace "$namespace" --ignore-not-found -o name) || die "cannot ask for namespace $namespace"
  [ -n "$found" ] || create=(--create-namespace)
  "$HELM" upgrade --install "$name" "$chart" -n "$namespace" ${create[@]+"${create[@]}"} --skip-crds --wait --timeout "$timeout" \
    ${renderer[@]+"${renderer[@]}"} ${helm_arguments[@]+"${helm_arguments[@]}"} || explain "$name"
}

explain() {
  local namespace
  printf '\nERROR release %s failed; Helm says why above. What Kubernetes says:\n' "$1" >&2
  [ ! -s "$work/post-render.log" ] || cat "$work/post-render.log" >&2
  for namespace in technical-flink-operator polaris technical-spark-operator fluss flink spark; do
    : >"$work/well"
    "$KUBECTL" -n "$namespace" get pods --no-headers 2>/dev/null | awk -v place="      pod $namespace/" -v well="$work/well" \
      '{ split($2, ready, "/") } $3 == "Completed" || ($3 == "Running" && ready[1] == ready[2]) { print "pod/" $1 >well; next } { print place $0 }' >&2 || true
    # What was said about a pod that is well by now is over.
    "$KUBECTL" -n "$namespace" get events --field-selector type=Warning --sort-by=.lastTimestamp --no-headers 2>/dev/null |
      awk -v well="$work/well" 'BEGIN { while ((getline pod < well) > 0) over[pod] } !($4 in over)' | tail -n 5 | sed "s|^|      $namespace: |" >&2 || true
  done
  die "mend the cause and run ./install.sh again: it goes on where it stopped" "README.md, section Troubleshooting, lists causes and cures"
}

# A ready pod is not yet a webhook that answers: only a request proves it.
probe_webhook() {
  local release=$1 kind=$2 manifest=$3 answer attempt
  wanted "$release" || return 0
  note "waiting for the webhook of $kind"
  for attempt in $(seq 1 60); do
    answer=$(printf '%s\n' "$manifest" | "$KUBECTL" apply --dry-run=server -f - 2>&1) && return 0
    # Any other answer came from the webhook or the API server: it is there.
    case $answer in
      *"calling webhook"* | *"call webhook"* | *"no endpoints available"* | *"Unable to connect"* | *"connection to the server"*) sleep 2 ;;
      *) note "answered: $answer"; return 0 ;;
    esac
  done
  die "the webhook of $kind does not answer: $answer" "look at the pods of release $release"
}

check_arguments
say "programs"
check_programs
if [ "$preflight" = yes ]; then
  say "cluster"
  check_cluster
fi

say "upstream charts"
! wanted flink-operator || fetch_chart "$here"/charts/flink-operator flink-kubernetes-operator 1.15.0 https://archive.apache.org/dist/flink/flink-kubernetes-operator-1.15.0/
! wanted spark-operator || fetch_chart "$here"/charts/spark-operator spark-operator 2.5.2 https://kubeflow.github.io/spark-operator
! wanted lakehouse || fetch_chart "$here"/charts/lakehouse/charts/polaris-stack polaris 1.7.0 https://archive.apache.org/dist/polaris/helm-chart
! wanted lakehouse || fetch_chart "$here"/charts/lakehouse/charts/fluss-stack fluss 0.9.1-incubating https://archive.apache.org/dist/incubator/fluss/helm-chart

install_release namespaces lakehouse charts/namespaces ""

if [ "$preflight" = yes ] && [ "${only[*]-}" != namespaces ]; then
  say "Secrets"
  check_secrets
fi

install_release flink-operator technical-flink-operator charts/flink-operator "" \
  charts/flink-operator/charts/flink-kubernetes-operator-1.15.0.tgz
probe_webhook flink-operator FlinkDeployment 'apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: webhook-probe, namespace: flink}
spec:
  image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/lakehouse/flink-lakehouse:2.2.1-fluss0.9.1-iceberg1.10.1"
  flinkVersion: v2_2
  serviceAccount: flink
  flinkConfiguration: {}
  jobManager: {resource: {cpu: 0.5, memory: 1g}}
  taskManager: {resource: {cpu: 0.5, memory: 1g}}
'

install_release spark-operator technical-spark-operator charts/spark-operator "" \
  charts/spark-operator/charts/spark-operator-2.5.2.tgz
probe_webhook spark-operator SparkApplication 'apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: webhook-probe, namespace: spark}
spec:
  type: Python
  mode: cluster
  image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/lakehouse/spark-lakehouse:4.0.2-iceberg1.10.1"
  sparkVersion: "4.0.2"
  mainApplicationFile: local:///opt/spark/examples/src/main/python/pi.py
  driver: {cores: 1, memory: 512m, serviceAccount: spark}
  executor: {cores: 1, memory: 512m, instances: 1}
'

install_release lakehouse lakehouse charts/lakehouse charts/lakehouse/post-render.yaml \
  charts/lakehouse/charts/polaris-stack/charts/polaris-1.7.0.tgz \
  charts/lakehouse/charts/fluss-stack/charts/fluss-0.9.1-incubating.tgz

say "done"
note "helm list -A shows the releases; README.md says how to reach the services"
