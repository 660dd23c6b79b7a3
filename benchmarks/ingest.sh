#!/usr/bin/env bash
# The packaged runner on durable flat files, with the container's settings, against raw Netty that parses the same calls
# and stores nothing, and against itself on memory; in turns, load generator on the same machine. Prints a table of
# medians. Needs wrk and a JDK 25; build with ./mvnw -Pbenchmarks package -DskipTests first. A round takes six minutes
# with the defaults.
# Usage: benchmarks/ingest.sh [rounds] [seconds to warm up] [seconds to measure]
set -euo pipefail
cd "$(dirname "$0")/.."
java=$(ls -d /usr/lib/jvm/*25*/bin/java | head -1)
exec "$java" -cp "$PWD/benchmarks/target/classes:$PWD/benchmarks/target/lib/*" dev.nodash.benchmarks.Ingest \
  "${1:-5}" "${2:-40}" "${3:-10}"
