#!/usr/bin/env bash
# More than four times the calls that the packaged runner can store while each force of its disk takes long: what they are told, and
# how many are stored all the same. Needs wrk, strace and a JDK 25; build with ./mvnw -Pbenchmarks package -DskipTests first.
# Usage: benchmarks/overload.sh [milliseconds of a force] [seconds]
set -euo pipefail
cd "$(dirname "$0")/.."
java=$(ls -d /usr/lib/jvm/*25*/bin/java | head -1)
exec "$java" -cp "$PWD/benchmarks/target/classes:$PWD/benchmarks/target/lib/*" dev.nodash.benchmarks.Overload \
  "${1:-400}" "${2:-20}"
