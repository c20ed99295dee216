#!/bin/sh
# Fetches jars of jars.lock into the folder jars, each with its checksum.
#   fetch-jars.sh                 all of them
#   fetch-jars.sh job-artifacts   those of one image, or of the jobs in object storage
# Set MAVEN_BASE_URL to ask another Maven repository than the one that the Maven client knows; then curl is enough.
set -eu
cd "$(dirname "$0")"
wanted=${1:-}
MAVEN_REPOSITORY=$(mktemp -d)
export MAVEN_REPOSITORY
trap 'rm -rf "$MAVEN_REPOSITORY"' EXIT

found=0
while read -r image coordinate sha256 _; do
  case $image in '#'*) continue ;; esac
  [ -z "$wanted" ] || [ "$wanted" = "$image" ] || continue
  found=1
  version=${coordinate##*:} rest=${coordinate%:*}
  file=${rest##*:}-$version.jar
  if [ -f "jars/$file" ]; then
    sh ./jar.sh check "jars/$file" "$sha256"
  else
    echo "$coordinate"
    sh ./jar.sh fetch "$coordinate" "$sha256" jars </dev/null
  fi
done <jars.lock
[ "$found" = 1 ] || { echo "fetch-jars.sh: jars.lock has nothing for '$wanted'" >&2; exit 1; }
