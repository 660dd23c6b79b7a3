#!/usr/bin/env bash
# Requests/s of durable track calls (64 connections), interleaved rounds, medians and ratios to the first server named.
# Servers: runner is the packaged runner; tomcat, jetty, helidon and jdk are the same line under that engine; reference is
# raw Netty that parses the same JSON and stores nothing. Needs wrk, curl and a JDK 25.
# Usage: [SERVERS="reference runner"] benchmarks/engines.sh [rounds] [seconds to warm up] [seconds to measure]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5} warmup=${2:-40} seconds=${3:-10} port=3199
read -ra servers <<<"${SERVERS:-tomcat jetty helidon jdk reference}"
java=$(ls -d /usr/lib/jvm/*25*/bin/java | head -1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

start() {
  local class_path="benchmarks/target/classes:benchmarks/target/lib/*"
  local command=("$java" -Xmx256m -cp "$class_path" dev.nodash.benchmarks.Engines "$1" $port)
  [ "$1" = runner ] && command=("$java" -Xmx256m -jar local-runner/target/nodash-local-runner.jar)
  rm -rf "$work/data"
  NODE_ENV=test LOG_LEVEL=ERROR RATE_LIMIT_MAX=1000000000 HOST=127.0.0.1 PORT=$port \
    EVENTS_PATH="$work/data/events" USERS_PATH="$work/data/users" "${command[@]}" >"$work/$1.log" 2>&1 &
  server=$!
  for _ in $(seq 200); do curl -s -o /dev/null "http://127.0.0.1:$port/v1/health" && return; sleep 0.1; done
  cat "$work/$1.log"
  exit 1
}

load() { wrk -t2 -c64 -d"$1"s --latency -s benchmarks/track.lua "http://127.0.0.1:$port"; }

for round in $(seq "$rounds"); do
  for name in "${servers[@]}"; do
    start "$name"
    load "$warmup" >/dev/null
    load "$seconds" >"$work/wrk"
    kill $server && wait $server 2>/dev/null || true
    grep -q 'Non-2xx' "$work/wrk" && { echo "$name refused requests:"; cat "$work/wrk"; exit 1; }
    awk '/Requests\/sec/ {print $2}' "$work/wrk" >>"$work/$name.rates"
    echo "round $round $name $(tail -1 "$work/$name.rates") requests/s$(awk '/ (50|99)%/ {printf ", p%s %s", $1, $2}' "$work/wrk")" >&2
  done
done

median() { sort -n "$1" | awk '{a[NR]=$1} END {print a[int((NR+1)/2)]}'; }
base=$(median "$work/${servers[0]}.rates")
for name in "${servers[@]}"; do
  median "$work/$name.rates" |
    awk -v name="$name" -v base="$base" -v first="${servers[0]}" \
      '{printf "%-10s %8.0f requests/s  %.2f of %s\n", name, $1, $1 / base, first}'
done
