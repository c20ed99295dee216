#!/bin/sh
# Stands in for lakehelm in a run with a seeded fault: what `generate` writes gets the fault, everything else is the program's own.
case ${1:-} in
generate) exec python3 "$(dirname "$0")/seed.py" "$@" ;;
*) exec "$SEEDED_PROGRAM" "$@" ;;
esac
