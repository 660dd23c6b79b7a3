#!/bin/bash
# Asks GET /v1/health/live over bash's own /dev/tcp, so that the image needs no curl and no second JVM.
host=${HOST:-0.0.0.0}
case "$host" in 0.0.0.0 | ::) host=127.0.0.1 ;; esac
exec 2>/dev/null 3<>"/dev/tcp/$host/${PORT:-3001}" || exit 1
# bash has no TLS: where the runner ends it itself, a port that takes connections has to do.
[ -z "${TLS_CERTIFICATE_PATH:-}" ] || exit 0
printf 'GET /v1/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 4 _ status _ <&3
[ "$status" = 200 ]
