#!/bin/bash
[ "${1:-}" = start-foreground ] || { echo "usage: zkServer.sh start-foreground" >&2; exit 1; }
# shellcheck disable=SC2086 # a list of options
exec java ${SERVER_JVMFLAGS:-} -Dorg.slf4j.simpleLogger.defaultLogLevel=info -cp '/apache-zookeeper/lib/*' \
  org.apache.zookeeper.server.quorum.QuorumPeerMain /conf/zoo.cfg
