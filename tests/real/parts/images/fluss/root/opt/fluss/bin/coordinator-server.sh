#!/bin/sh
exec /opt/fluss/bin/server.sh org.apache.fluss.server.coordinator.CoordinatorServer "$@"
