#!/usr/bin/env bash
# Runs a benchmark of this folder and adds what it prints to RESULTS.md, with the date, the commit and the machine.
# Usage: benchmarks/record.sh ingest.sh|stores.sh|coldstart.sh|overload.sh|steady.sh|pieces.sh [its arguments]
set -euo pipefail
cd "$(dirname "$0")"
# The results themselves are no change.
commit=$(git rev-parse --short HEAD)
git diff --quiet HEAD -- .. ':!RESULTS.md' || commit+=-dirty
output=$("./$1" "${@:2}")
[[ $output == \|* ]] || output=$(printf '```\n%s\n```' "$output")
{
  printf '\n## %s, commit %s\n\n' "$(date -u '+%F %H:%M')" "$commit"
  printf '`benchmarks/%s` on %s cores of %s, %s, JDK %s.\n\n' "$*" "$(nproc)" \
    "$(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)" "$(uname -sr)" \
    "$("$(ls -d /usr/lib/jvm/*25*/bin/java | head -1)" --version | awk 'NR == 1 {print $2}')"
  echo "$output"
} | tee -a RESULTS.md
