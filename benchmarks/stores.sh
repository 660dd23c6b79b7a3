#!/usr/bin/env bash
# Requests/s of durable track calls on ClickHouse or PostgreSQL, in interleaved rounds, held against the lesser of what the
# same runner does on memory and what the driver alone does with batches of 64. All on one machine, engine included.
# Needs wrk, curl and a JDK 25; build with ./mvnw -Pbenchmarks package -DskipTests first.
# Usage: benchmarks/stores.sh clickhouse|postgres [rounds] [seconds to warm up] [seconds to measure]
set -euo pipefail
cd "$(dirname "$0")/.."
store=$1 rounds=${2:-5} warmup=${3:-40} seconds=${4:-10} port=3198
java=$(ls -d /usr/lib/jvm/*25*/bin/java | head -1)
class_path="benchmarks/target/classes:benchmarks/target/lib/*"
work=$(mktemp -d)
cleanup() { exec 9>&-; [ -n "${engine:-}" ] && wait "$engine" 2>/dev/null; rm -rf "$work"; }
trap cleanup EXIT

mkfifo "$work/in"
"$java" -cp "$class_path" dev.nodash.benchmarks.Stores engine "$store" <"$work/in" >"$work/url" 2>"$work/engine.log" &
engine=$!
exec 9>"$work/in"
until grep -q :// "$work/url"; do kill -0 $engine || { cat "$work/engine.log"; exit 1; }; sleep 0.2; done
url=$(grep -m1 :// "$work/url")

start() { # memory or the store
  NODE_ENV=test LOG_LEVEL=ERROR API_KEYS=tenant1:key-of-tenant1 RATE_LIMIT_MAX=1000000000 HOST=127.0.0.1 PORT=$port STORE_EVENTS=$1 STORE_USERS=memory \
    CLICKHOUSE_URL=$url POSTGRES_URL=$url "$java" -Xmx1g -jar local-runner/target/nodash-local-runner.jar \
    >"$work/$1.log" 2>&1 &
  server=$!
  for _ in $(seq 200); do curl -s -o /dev/null "http://127.0.0.1:$port/v1/health" && return; sleep 0.1; done
  cat "$work/$1.log"
  exit 1
}
stop() { kill $server && wait $server 2>/dev/null || true; }
load() { # connections, where the rate goes
  wrk -t2 -c"$1" -d"$([ -n "$2" ] && echo "$seconds" || echo "$warmup")"s --timeout 10s -s benchmarks/load.lua "http://127.0.0.1:$port" >"$work/wrk"
  grep -q 'Non-2xx\|Socket errors' "$work/wrk" && { cat "$work/wrk"; cat "$work"/*.log; exit 1; }
  [ -z "$2" ] || awk '/Requests\/sec/ {print $2}' "$work/wrk" >>"$work/$2.rates"
}

for round in $(seq "$rounds"); do
  "$java" -cp "$class_path" dev.nodash.benchmarks.Stores driver "$store" "$url" "$seconds" 2>/dev/null |
    tail -1 >>"$work/driver.rates"
  start memory; load 64 ""; load 64 memory; stop
  start "$store"; load 64 ""; load 64 64; load 1000 1000; stop
  echo "round $round: driver $(tail -1 "$work/driver.rates"), memory $(tail -1 "$work/memory.rates")," \
    "64 connections $(tail -1 "$work/64.rates"), 1000 connections $(tail -1 "$work/1000.rates")" >&2
done

median() { sort -n "$work/$1.rates" | awk '{a[NR]=$1} END {print a[int((NR+1)/2)]}'; }
awk -v store="$store" -v driver="$(median driver)" -v memory="$(median memory)" -v few="$(median 64)" -v many="$(median 1000)" \
  'BEGIN { base = driver < memory ? driver : memory
    printf "%s: driver %d/s, memory %d/s; 64 connections %d/s = %.2f of the lesser, 1000 connections %d/s = %.2f of that with 64\n",
      store, driver, memory, few, few / base, many, many / few }'
