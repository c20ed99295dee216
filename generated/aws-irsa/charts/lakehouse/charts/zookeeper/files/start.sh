#!/bin/bash
# The id of a server is its ordinal + 1. The image keeps it in /data/myid.
ordinal="${HOSTNAME##*-}"
export ZOO_MY_ID=$((ordinal + 1))

# A server without data must not elect a leader with other empty servers while server 1 still holds
# the data of a smaller ensemble: it waits until server 1 takes part in the election.
first="${HOSTNAME%-*}-0.zookeeper-hs"
if [ "$ordinal" -gt 0 ] && [ ! -d /data/version-2 ]; then
  until nc -z -w 2 "$first" 3888; do
    echo "waiting for $first:3888, the first server of the ensemble"
    sleep 2
  done
fi

exec /docker-entrypoint.sh zkServer.sh start-foreground
