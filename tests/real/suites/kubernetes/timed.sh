#!/usr/bin/env bash
# lakehelm with a note of how long each post-render took, in microseconds.
# LAKEHELM_PROGRAM is the program, LAKEHELM_TIMES the file of notes.
set -euo pipefail
from=$(date +%s%6N)
code=0
"$LAKEHELM_PROGRAM" "$@" || code=$?
case $1 in
  post-render) echo $(($(date +%s%6N) - from)) >>"$LAKEHELM_TIMES" ;;
  # Helm 4 runs what lies in the plugin.
  helm-plugin) cp "$0" "$2/lakehelm/bin/lakehelm" ;;
esac
exit "$code"
