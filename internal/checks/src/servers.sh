# Sourced by .ci/run and by the tests: Redis and Postgres on loopback, started here where none is listening. With
# INSTALL_SERVERS=yes they are installed where there is none. What is started here is stopped when the shell ends.

redis_port=${REDIS_PORT:-6379}
postgres_port=${POSTGRES_PORT:-5432}
started=$(mktemp -d)
chmod 755 "$started"

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
install() {
  [ "${INSTALL_SERVERS:-no}" = yes ] || return 1
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}
postgres_bin() { dirname "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1 || command -v initdb)"; }
# Postgres refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then su postgres -c "$1"; else bash -c "$1"; fi; }

start_redis() {
  command -v redis-server >/dev/null || install redis-server || return
  redis-server --daemonize yes --bind 127.0.0.1 --port 6390 --save '' --appendonly no --dir "$started" \
    --pidfile "$started/redis.pid" >/dev/null
  export REDIS_URL=redis://127.0.0.1:6390
}

start_postgres() {
  [ -x "$(postgres_bin)/initdb" ] || install postgresql || return
  bin=$(postgres_bin)
  [ "$(id -u)" = 0 ] && chown postgres "$started"
  as_postgres "$bin/initdb -A trust -U postgres -D $started/db >/dev/null &&
    $bin/pg_ctl -D $started/db -o '-h 127.0.0.1 -p 55432 -k $started' -l $started/log -w start >/dev/null &&
    $bin/createdb -h 127.0.0.1 -p 55432 -U postgres test" || return
  export DATABASE_URL=postgres://postgres@127.0.0.1:55432/test
}

stop_servers() {
  [ -f "$started/redis.pid" ] && kill "$(cat "$started/redis.pid")"
  [ -d "$started/db" ] && as_postgres "$bin/pg_ctl -D $started/db -m fast stop >/dev/null"
  rm -rf "$started"
}
trap stop_servers EXIT

# The tests start it themselves, and skip what needs it where there is none.
command -v pgbouncer >/dev/null || install pgbouncer
# Tests of the dashboard start it, too; without one they are skipped with a word, and in CI they fail.
command -v chromium >/dev/null || [ -n "${CHROMIUM_PATH:-}" ] || install chromium
if [ -z "${REDIS_URL:-}" ] && ! listening "$redis_port"; then start_redis; fi
if [ -z "${DATABASE_URL:-}" ] && ! listening "$postgres_port"; then start_postgres; fi
