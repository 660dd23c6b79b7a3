#!/bin/bash
# Has the JVM learn, while the image is built, what it loads and compiles until requests have their answers, so that a
# start reads it from a cache (JEP 483, 514 and 515). The cache is good for this JVM and this class path only, down to
# the times of its files, which an image keeps.
set -euo pipefail

data=$(mktemp -d)
export NODE_ENV=production HOST=127.0.0.1 PORT=3001 API_KEYS=tenant1:training EVENTS_PATH="$data/events" \
       USERS_PATH="$data/users" RATE_LIMIT_MAX=1000000 LOG_LEVEL=warn
# shellcheck disable=SC2086
java -XX:AOTCacheOutput=/app/nodash.aot $JAVA_OPTS -jar /app/nodash-local-runner.jar &
runner=$!

ask() { # method, path, body
  local status
  exec 3<>"/dev/tcp/$HOST/$PORT" || return 1
  printf '%s %s HTTP/1.1\r\nHost: localhost\r\nx-tenant-id: tenant1\r\nx-api-key: training\r\nConnection: close\r\n' \
    "$1" "$2" >&3
  printf 'Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' "${#3}" "$3" >&3
  read -r _ status _ <&3
  cat <&3 >/dev/null
  exec 3>&-
  [ "$status" = 200 ]
}

until (ask GET /v1/health/live '') 2>/dev/null; do
  kill -0 "$runner"
  sleep 0.1
done
for i in $(seq 300); do
  ask POST /v1/track "{\"event\":\"page_view\",\"userId\":\"user$i\",\"messageId\":\"t$i\",\"properties\":{\"path\":\"/\",\"n\":$i}}"
  ask POST /v1/identify "{\"userId\":\"user$i\",\"messageId\":\"i$i\",\"traits\":{\"plan\":\"free\"}}"
done
for i in $(seq 30); do
  ask POST /v1/page "{\"name\":\"Home\",\"anonymousId\":\"visitor$i\",\"messageId\":\"p$i\"}"
  ask POST /v1/batch "{\"batch\":[{\"type\":\"track\",\"event\":\"page_view\",\"messageId\":\"b$i\"},{\"type\":\"identify\",\"userId\":\"user$i\",\"messageId\":\"c$i\"}]}"
done
ask GET /v1/health ''
kill -TERM "$runner"
wait "$runner" || [ $? = 143 ]
rm -rf "$data"
[ -s /app/nodash.aot ]
