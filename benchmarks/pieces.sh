#!/usr/bin/env bash
# What the steps of a track call cost on one thread, by JMH; takes its arguments, see -h.
# Needs a JDK 25; build with ./mvnw -Pbenchmarks package -DskipTests first.
# Usage: benchmarks/pieces.sh [pattern] [JMH's options, -prof gc say]
set -euo pipefail
cd "$(dirname "$0")/.."
java=$(ls -d /usr/lib/jvm/*25*/bin/java | head -1)
exec "$java" -cp "$PWD/benchmarks/target/classes:$PWD/benchmarks/target/lib/*" org.openjdk.jmh.Main "$@"
