# shellcheck shell=sh
# Makes the buckets named in BUCKETS at ENDPOINT; a bucket that is there already is left alone.
# The keys go to curl through standard input, never on a command line.
set -eu

s3() {
  printf 'user = "%s:%s"\naws-sigv4 = "aws:amz:%s:s3"\n' "$ACCESS_KEY_ID" "$SECRET_ACCESS_KEY" "$REGION" |
    curl --config - --silent --show-error --max-time 10 "$@"
}

for bucket in $BUCKETS; do
  attempt=0
  while :; do
    # The server answers 503 for a moment after it says that it is ready.
    status=$(s3 --output /tmp/answer --write-out '%{http_code}' --request PUT "$ENDPOINT/$bucket") || status=000
    case $status in
      200) echo "bucket $bucket made"; break ;;
      409) echo "bucket $bucket is there"; break ;;
      000 | 5??) ;;
      *)
        echo "bucket $bucket refused with HTTP $status:" >&2
        cat /tmp/answer >&2
        exit 1
        ;;
    esac
    attempt=$((attempt + 1))
    if [ "$attempt" -ge 150 ]; then
      echo "$ENDPOINT does not answer (HTTP $status) after 5 minutes" >&2
      exit 1
    fi
    sleep 2
  done
done
