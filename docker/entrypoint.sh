#!/bin/sh
# Starts the runner as PID 1, never as root. A bind mount that the Docker daemon created belongs to root:
# as root this script hands the data folders to uid 10001 first; without root it can only say what to do.
set -eu

user=10001

refuse() {
  printf 'nodash: %s\n' "$1" >&2
  exit 1
}

if [ "$(id -u)" = 0 ]; then
  as_user() { setpriv --reuid="$user" --regid="$user" --clear-groups --inh-caps=-all --no-new-privs "$@"; }
  as_user true 2>/dev/null || refuse "root may not become uid $user here (capabilities SETUID and SETGID); start with --user $user"
else
  user=$(id -u)
  as_user() { "$@"; }
fi

# One level deep, so that tenant folders restored from a backup by root are seen without walking a large tree.
# A folder of another owner that can be written to (group, ACL) is left as it is.
writable() { [ -z "$(as_user find "$1" -maxdepth 1 ! -writable 2>&1)" ]; }

prepare() {
  mkdir -p "$1" 2>/dev/null || true
  if [ -d "$1" ] && ! writable "$1" && [ "$(id -u)" = 0 ]; then
    chown -R "$user:$user" "$1" 2>/dev/null || true
  fi
  if [ ! -d "$1" ] || ! writable "$1"; then
    refuse "$1 cannot be written to by uid $user. Fix it on the host with: sudo chown -R $user <the folder mounted there>"
  fi
}

if [ "${STORE_EVENTS:-flatfile}" = flatfile ]; then prepare "${EVENTS_PATH:-/data/events}"; fi
if [ "${STORE_USERS:-flatfile}" = flatfile ]; then prepare "${USERS_PATH:-/data/users}"; fi

# ExitOnOutOfMemoryError: a process that lost a thread to it is worth less than a restart. JAVA_OPTS is split on purpose.
# shellcheck disable=SC2086
set -- java -XX:+ExitOnOutOfMemoryError -XX:AOTCache=/app/nodash.aot ${JAVA_OPTS:-} -jar /app/nodash-local-runner.jar "$@"
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid="$user" --regid="$user" --clear-groups --inh-caps=-all --no-new-privs "$@"
fi
exec "$@"
