#!/bin/sh
# Puts one jar into the image, or refuses it. Used by the Dockerfiles beside this file.
#   jar.sh fetch COORDINATE SHA256 FOLDER   fetches group:artifact:version, from MAVEN_BASE_URL when that is set,
#                                           else with the Maven client and the repository that it knows
#   jar.sh check FILE SHA256                checks a jar that was copied in
# SHA256 is `unknown` for a jar without a built-in checksum: the build stops and says what to do.
set -eu

fail() { echo "jar.sh: $*" >&2; exit 1; }

check() {
  [ -f "$1" ] || fail "$1 is missing"
  found=$(sha256sum "$1")
  found=${found%% *}
  case $2 in
    "$found") chmod 644 "$1" ;;
    unknown) fail "no checksum is known for $(basename "$1"): set images.build.checksums in the values file and generate again; this file has $found" ;;
    *) fail "$(basename "$1") has sha256 $found, expected $2" ;;
  esac
}

fetch() {
  group=${1%%:*} rest=${1#*:}
  artifact=${rest%%:*} version=${rest#*:}
  file=$artifact-$version.jar
  path=$(echo "$group" | tr . /)/$artifact/$version
  mkdir -p "$3"
  if [ -n "${MAVEN_BASE_URL:-}" ]; then
    curl -fsSL --retry 3 -o "$3/$file" "${MAVEN_BASE_URL%/}/$path/$file" || fail "cannot fetch $1 from $MAVEN_BASE_URL"
  else
    # One jar is wanted, nothing below it. A bare POM keeps the client from reading parents that some releases lack.
    local_pom=${MAVEN_REPOSITORY:-$HOME/.m2/repository}/$path
    mkdir -p "$local_pom"
    printf '<project><modelVersion>4.0.0</modelVersion><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></project>\n' \
      "$group" "$artifact" "$version" >"$local_pom/$artifact-$version.pom"
    mvn -B -q ${MAVEN_REPOSITORY:+"-Dmaven.repo.local=$MAVEN_REPOSITORY"} \
      org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy "-Dartifact=$1" "-DoutputDirectory=$3" || fail "cannot fetch $1"
  fi
  # A file that is not the one wanted must not pass for fetched next time.
  (check "$3/$file" "$2") || { rm -f "$3/$file"; exit 1; }
}

case ${1:-} in
  fetch) [ $# -eq 4 ] || fail "fetch takes COORDINATE SHA256 FOLDER"; fetch "$2" "$3" "$4" ;;
  check) [ $# -eq 3 ] || fail "check takes FILE SHA256"; check "$2" "$3" ;;
  *) fail "fetch or check is expected" ;;
esac
