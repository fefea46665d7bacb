#!/bin/sh
# A PostgreSQL server for tests: loopback only, durable settings, data in one folder.
#   .ci/postgres.sh start <dir> <port>   starts it and prints its connection URL
#   .ci/postgres.sh stop <dir>           stops it
# Called as root it runs the server as the user "nobody", for PostgreSQL refuses to be root.
set -eu

usage() {
  echo "usage: $0 start <dir> <port> | stop <dir>" >&2
  exit 2
}

find_binaries() {
  for folder in /usr/lib/postgresql/*/bin; do
    [ -x "$folder/initdb" ] && binaries=$folder
  done
  [ -n "${binaries:-}" ]
}

install_binaries() {
  if [ "$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi
  $as_root apt-get update -qq >&2
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2
}

unprivileged() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"
  else
    "$@"
  fi
}

start() {
  data=$1 port=$2
  find_binaries || { install_binaries && find_binaries; }
  mkdir -p "$data"
  [ "$(id -u)" != 0 ] || chown nobody:nogroup "$data"
  cd "$data"
  [ -f "$data/data/PG_VERSION" ] ||
    unprivileged "$binaries/initdb" -D "$data/data" -U signalbox --auth=trust --encoding=UTF8 --locale=C >&2
  unprivileged "$binaries/pg_ctl" -D "$data/data" -l "$data/server.log" -w -t 60 \
    -o "-h 127.0.0.1 -p $port -k '$data' -c fsync=on -c max_connections=200" start >&2
  echo "postgres://signalbox@127.0.0.1:$port/postgres"
}

stop() {
  data=$1
  find_binaries
  cd "$data"
  unprivileged "$binaries/pg_ctl" -D "$data/data" -m fast -w stop >&2
}

case "${1:-}" in
  start) [ $# = 3 ] || usage; start "$(realpath -m "$2")" "$3" ;;
  stop) [ $# = 2 ] || usage; stop "$(realpath -m "$2")" ;;
  *) usage ;;
esac
