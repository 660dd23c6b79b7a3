#!/usr/bin/env bash
# How long the functions take from the start of the process to their first answer, against a handler without any framework:
# as the managed runtime loads a zip, and as the container image does with its AOT cache. Medians of interleaved rounds.
# Needs a JDK 25; build with ./mvnw -Pbenchmarks package -DskipTests first.
# Usage: benchmarks/coldstart.sh [rounds]
set -euo pipefail
cd "$(dirname "$0")/.."
java=$(ls -d /usr/lib/jvm/*25*/bin/java | head -1)
exec "$java" -cp "$PWD/benchmarks/target/classes:$PWD/benchmarks/target/lib/*" dev.nodash.benchmarks.ColdStart "${1:-5}"
