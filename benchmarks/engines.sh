#!/usr/bin/env bash
# Requests/s of durable track calls under each web engine, interleaved rounds, medians and the ratio to Tomcat.
# Needs wrk. Usage: [ENGINES="tomcat jdk"] benchmarks/engines.sh [rounds] [seconds to warm up] [seconds to measure]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5} warmup=${2:-40} seconds=${3:-10} port=3199
engines=${ENGINES:-tomcat jetty helidon jdk reference}
java=$(ls -d /usr/lib/jvm/*25*/bin/java | head -1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for round in $(seq "$rounds"); do
  for engine in $engines; do
    rm -rf "$work/data"
    NODE_ENV=test LOG_LEVEL=ERROR RATE_LIMIT_MAX=1000000000 EVENTS_PATH="$work/data/events" USERS_PATH="$work/data/users" \
      "$java" -Xmx256m -cp "benchmarks/target/classes:benchmarks/target/lib/*" dev.nodash.benchmarks.Engines \
      "$engine" $port >"$work/$engine.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$port/v1/health" && break; sleep 0.1; done
    wrk -t2 -c64 -d"$warmup"s -s benchmarks/track.lua "http://127.0.0.1:$port" >/dev/null
    wrk -t2 -c64 -d"$seconds"s -s benchmarks/track.lua "http://127.0.0.1:$port" >"$work/wrk"
    kill $server && wait $server 2>/dev/null || true
    grep -q 'Non-2xx' "$work/wrk" && { echo "$engine refused requests:"; cat "$work/wrk"; exit 1; }
    awk '/Requests\/sec/ {print $2}' "$work/wrk" >>"$work/$engine.rates"
    echo "round $round $engine $(tail -1 "$work/$engine.rates")" >&2
  done
done

median() { sort -n "$1" | awk '{a[NR]=$1} END {print a[int((NR+1)/2)]}'; }
base=$(median "$work/tomcat.rates")
for engine in $engines; do
  rate=$(median "$work/$engine.rates")
  printf '%-10s %8.0f requests/s  %.2f of tomcat\n' "$engine" "$rate" "$(echo "$rate / $base" | bc -l)"
done
