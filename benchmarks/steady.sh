#!/usr/bin/env bash
# Memory of the packaged runner over time, durable flat files, the container's settings: VmRSS each minute beside the rate
# and the deduplication window in force, which is full after the first million calls. Ends with what the ids take of the heap.
# Needs wrk, curl and a JDK 25; build with ./mvnw -Pbenchmarks package -DskipTests first.
# Usage: benchmarks/steady.sh [minutes]
set -euo pipefail
cd "$(dirname "$0")/.."
java=$(ls -d /usr/lib/jvm/*25*/bin/java | head -1)
work=$(mktemp -d) port=3196
trap 'rm -rf "$work"' EXIT
NODE_ENV=test LOG_LEVEL=ERROR API_KEYS=tenant1:key-of-tenant1 RATE_LIMIT_MAX=1000000000 HOST=127.0.0.1 PORT=$port \
  EVENTS_PATH=$work/events USERS_PATH=$work/users "$java" -XX:+UseSerialGC -XX:MaxRAM=256m -XX:MinRAMPercentage=35 -XX:MaxRAMPercentage=35 \
  -jar local-runner/target/nodash-local-runner.jar >"$work/log" 2>&1 &
server=$!
until curl -sf -o /dev/null "http://127.0.0.1:$port/v1/health"; do kill -0 $server; sleep 0.1; done
for minute in $(seq "${1:-12}"); do
  rate=$(wrk -t2 -c64 -d60s --timeout 10s -s benchmarks/load.lua "http://127.0.0.1:$port" | awk '/Requests\/sec/ {print $2}')
  echo "minute $minute: $rate/s, $(awk '/VmRSS|VmHWM/ {printf "%s %d MiB ", $1, $2 / 1024}' /proc/$server/status)" \
    "$(curl -s "http://127.0.0.1:$port/v1/health" | grep -o '"deduplication[^}]*}')"
done
"$(dirname "$java")/jcmd" $server GC.class_histogram | awk '$4 ~ /^\[[JI]$/ {printf "%s %.1f MiB\n", $4, $3 / 1048576}'
kill $server
wait $server || true
