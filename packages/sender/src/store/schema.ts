/** Raised with every change that an older file does not have. */
export const schemaVersion = 2

type Count = readonly [what: string, name: string, n: number]

/** What a row adds to the counts, of its webhook and of all (webhook 0), in the hour of the delivery. Nameless ones add nothing. */
const count = (createdAt: string, webhook: string, counts: readonly Count[]): string => {
  const rows = counts.map(
    ([what, name, n]) => `SELECT '${what}' AS what, ${name} AS name, ${n} AS n`,
  )
  return `
  INSERT INTO counts (webhook, hour, what, name, n)
  SELECT w.webhook, CAST(${createdAt} / 3600000 AS INTEGER), m.what, m.name, m.n
  FROM (SELECT ${webhook} AS webhook UNION ALL SELECT 0) w, (${rows.join(' UNION ALL ')}) m
  WHERE m.name IS NOT NULL
  ON CONFLICT DO UPDATE SET n = n + excluded.n;`
}

const ofDelivery = (column: string): string =>
  `(SELECT ${column} FROM deliveries WHERE seq = NEW.delivery)`

/** The tables, and the triggers that keep the counts: statistics read nothing else. */
export const schema = `
CREATE TABLE IF NOT EXISTS webhooks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  events TEXT NOT NULL,
  active INTEGER NOT NULL,
  filters TEXT NOT NULL,
  headers TEXT NOT NULL,
  retry TEXT NOT NULL,
  concurrency INTEGER NOT NULL,
  rate_limit TEXT,
  fifo INTEGER NOT NULL,
  profile TEXT NOT NULL,
  faults TEXT NOT NULL DEFAULT '[]',
  consecutive_failures INTEGER NOT NULL DEFAULT 0,
  exhausted INTEGER NOT NULL DEFAULT 0,
  failing_since REAL,
  last_success_at REAL,
  disabled_reason TEXT,
  disabled_at REAL,
  created_at REAL NOT NULL,
  updated_at REAL NOT NULL,
  deleted_at REAL
);
CREATE TABLE IF NOT EXISTS secrets (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  webhook INTEGER NOT NULL REFERENCES webhooks (seq),
  value TEXT NOT NULL,
  created_at REAL NOT NULL,
  expires_at REAL
);
CREATE INDEX IF NOT EXISTS secrets_of_webhook ON secrets (webhook);
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  workspace_id TEXT,
  created_at REAL NOT NULL,
  -- The last column: a row is read without it where it is not asked for.
  body BLOB
);
CREATE INDEX IF NOT EXISTS events_by_type ON events (type, seq);
CREATE INDEX IF NOT EXISTS events_by_time ON events (created_at);
CREATE INDEX IF NOT EXISTS events_with_body ON events (created_at) WHERE body IS NOT NULL;
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  webhook INTEGER NOT NULL REFERENCES webhooks (seq),
  event INTEGER NOT NULL REFERENCES events (seq),
  event_type TEXT NOT NULL,
  status TEXT NOT NULL,
  trigger TEXT NOT NULL,
  redelivery_of INTEGER,
  attempt_count INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL,
  next_attempt_at REAL,
  last_status_code INTEGER,
  last_error TEXT,
  faults TEXT NOT NULL DEFAULT '[]',
  created_at REAL NOT NULL,
  completed_at REAL
);
-- What is due: only open deliveries have a next attempt, so closed ones cost nothing here.
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (webhook, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_next ON deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_open ON deliveries (webhook, seq) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_ended ON deliveries (completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_of_webhook ON deliveries (webhook, seq);
CREATE INDEX IF NOT EXISTS deliveries_by_status ON deliveries (webhook, status, seq);
CREATE INDEX IF NOT EXISTS deliveries_by_any_status ON deliveries (status, seq);
CREATE INDEX IF NOT EXISTS deliveries_of_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS attempts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  delivery INTEGER NOT NULL REFERENCES deliveries (seq),
  number INTEGER NOT NULL,
  started_at REAL NOT NULL,
  duration_ms REAL NOT NULL,
  latency_bin INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  status_code INTEGER,
  error_code TEXT,
  detail TEXT NOT NULL,
  request_body BLOB,
  signed_body BLOB
);
CREATE INDEX IF NOT EXISTS attempts_of_delivery ON attempts (delivery, number);
CREATE INDEX IF NOT EXISTS attempts_with_body ON attempts (started_at) WHERE coalesce(request_body, signed_body) IS NOT NULL;
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  expires_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS answers_by_end ON answers (expires_at);
CREATE TABLE IF NOT EXISTS inbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  received_at REAL NOT NULL,
  request TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS counts (
  webhook INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  what TEXT NOT NULL,
  name TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (webhook, hour, what, name)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS delivery_added AFTER INSERT ON deliveries BEGIN
  ${count('NEW.created_at', 'NEW.webhook', [
    ['status', 'NEW.status', 1],
    ['type', 'NEW.event_type', 1],
  ])}
END;
CREATE TRIGGER IF NOT EXISTS delivery_changed AFTER UPDATE OF status ON deliveries WHEN OLD.status <> NEW.status BEGIN
  ${count('NEW.created_at', 'NEW.webhook', [
    ['status', 'OLD.status', -1],
    ['status', 'NEW.status', 1],
  ])}
END;
CREATE TRIGGER IF NOT EXISTS attempt_added AFTER INSERT ON attempts BEGIN
  ${count(ofDelivery('created_at'), ofDelivery('webhook'), [
    ['code', "coalesce(NEW.status_code, 'none')", 1],
    ['latency', 'NEW.latency_bin', 1],
    ['first', 'CASE WHEN NEW.number = 1 THEN NEW.outcome END', 1],
  ])}
END;`

/** Every table, the children of others first. */
export const tables = [
  'attempts',
  'deliveries',
  'events',
  'secrets',
  'webhooks',
  'answers',
  'inbox',
  'counts',
] as const
