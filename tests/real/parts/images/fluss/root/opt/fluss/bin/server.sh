#!/bin/sh
# server.sh MAIN_CLASS start-foreground: what the start scripts of the Fluss distribution come to.
set -eu
[ "${2:-}" = start-foreground ] || { echo "usage: ${0##*/} start-foreground" >&2; exit 1; }
export FLUSS_HOME=/opt/fluss FLUSS_CONF_DIR=/opt/fluss/conf FLUSS_LIB_DIR=/opt/fluss/lib FLUSS_PLUGINS_DIR=/opt/fluss/plugins
# shellcheck disable=SC2086 # a list of options
exec java ${FLUSS_ENV_JAVA_OPTS:-} --add-opens=java.base/java.nio=ALL-UNNAMED \
  -Dlog4j.configurationFile=file:/opt/fluss/conf/log4j-console.properties -cp '/opt/fluss/lib/*' "$1" --configDir /opt/fluss/conf
