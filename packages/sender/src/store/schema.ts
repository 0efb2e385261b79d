/** Raised with every change that an older file does not have. */
export const schemaVersion = 2

/** The tables. Those of counts were kept up by triggers once. */
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
DROP TRIGGER IF EXISTS delivery_added;
DROP TRIGGER IF EXISTS delivery_changed;
DROP TRIGGER IF EXISTS attempt_added;`

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
