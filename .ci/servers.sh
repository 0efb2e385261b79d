# Sourced by .ci/run: Redis and Postgres on loopback, started here where none is listening, and installed where
# there is none. What is started here is stopped when CI ends.

redis_port=${REDIS_PORT:-6379}
postgres_port=${POSTGRES_PORT:-5432}
started=$(mktemp -d)

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
install() { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null; }

if [ -z "${REDIS_URL:-}" ] && ! listening "$redis_port"; then
  command -v redis-server >/dev/null || install redis-server
  redis-server --daemonize yes --bind 127.0.0.1 --port 6390 --save '' --appendonly no --pidfile "$started/redis.pid" >/dev/null
  export REDIS_URL=redis://127.0.0.1:6390
fi

if [ -z "${DATABASE_URL:-}" ] && ! listening "$postgres_port"; then
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || install postgresql
  bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
  chown postgres "$started"
  su postgres -c "$bin/initdb -A trust -D $started/db >/dev/null &&
    $bin/pg_ctl -D $started/db -o '-h 127.0.0.1 -p 55432 -k $started' -l $started/log -w start >/dev/null &&
    $bin/createdb -h 127.0.0.1 -p 55432 test"
  export DATABASE_URL=postgres://postgres@127.0.0.1:55432/test
fi

stop_servers() {
  [ -f "$started/redis.pid" ] && kill "$(cat "$started/redis.pid")"
  [ -d "$started/db" ] && su postgres -c "$bin/pg_ctl -D $started/db -m fast stop >/dev/null"
  rm -rf "$started"
}
trap stop_servers EXIT
