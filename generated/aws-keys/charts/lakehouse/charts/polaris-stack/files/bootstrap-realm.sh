#!/bin/sh
# bootstrap-realm.sh COMMAND...: bootstraps the realm with Polaris' admin tool, whose start command is given.
# A realm that is there already is a success: the tool itself calls that an error before version 1.7.
#
#   REALM                                 name of the realm
#   ROOT_CLIENT_ID, ROOT_CLIENT_SECRET    credential of its root principal
#   CREDENTIALS_FILE                      where to write it for the tool: a file in memory, since arguments are seen by `ps`
set -eu
umask 077
: "${REALM:?}" "${CREDENTIALS_FILE:?}"

# The tool prints a credential that it cannot read, so it never gets to see one.
case "$ROOT_CLIENT_ID$ROOT_CLIENT_SECRET" in
  *[!A-Za-z0-9._~-]*)
    echo "ERROR the root credential may hold only A-Z a-z 0-9 . _ ~ - (and no line break)" >&2
    exit 1
    ;;
esac
if [ -z "$ROOT_CLIENT_ID" ] || [ -z "$ROOT_CLIENT_SECRET" ]; then
  echo "ERROR the root credential is empty" >&2
  exit 1
fi

# The realm stands in this file only: named twice, two spellings would make a root principal that nobody knows.
printf '{"%s":{"client-id":"%s","client-secret":"%s"}}\n' "$REALM" "$ROOT_CLIENT_ID" "$ROOT_CLIENT_SECRET" > "$CREDENTIALS_FILE"
unset ROOT_CLIENT_ID ROOT_CLIENT_SECRET
code=0
output=$("$@" bootstrap --credentials-file "$CREDENTIALS_FILE" 2>&1) || code=$?
rm -f "$CREDENTIALS_FILE"
printf '%s\n' "$output"
case $output in
  *'already been bootstrapped'*) code=0 ;;
esac
exit "$code"
