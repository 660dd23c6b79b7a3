#!/usr/bin/env bash
# The packaged runner on durable flat files, with the container's settings, against raw Netty that parses the same calls
# and stores nothing, and against itself on memory; in turns, load generator on the same machine. Prints a table of
# medians and adds it to benchmarks/RESULTS.md. Needs wrk and a JDK 25; build with
# ./mvnw -Pbenchmarks package -DskipTests first. A round takes four minutes with the defaults.
# Usage: benchmarks/ingest.sh [rounds] [seconds to warm up] [seconds to measure]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5} warmup=${2:-40} seconds=${3:-10}
java=$(ls -d /usr/lib/jvm/*25*/bin/java | head -1)
table=$("$java" -cp "$PWD/benchmarks/target/classes:$PWD/benchmarks/target/lib/*" dev.nodash.benchmarks.Ingest \
  "$rounds" "$warmup" "$seconds")
{
  printf '\n## %s, commit %s\n\n' "$(date -u '+%F %H:%M')" "$(git describe --always --dirty)"
  printf '`benchmarks/ingest.sh %s %s %s` on %s cores of %s, %s, JDK %s.\n\n' "$rounds" "$warmup" "$seconds" "$(nproc)" \
    "$(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)" "$(uname -sr)" \
    "$("$java" --version | awk 'NR == 1 {print $2}')"
  echo "$table"
} | tee -a benchmarks/RESULTS.md
