import {
  activeSecrets,
  type DisabledReason,
  type Health,
  type LikelyFault,
  newHealth,
  type Secret,
  type WebhookRecord,
  type WebhookSettings,
} from '@ainexlayer/webhooks-contract'
import { json, number, optionalNumber, optionalText, text } from './column.ts'
import type { Db, Row, Value } from './database.ts'
import type { PageOf } from './walk.ts'

/** A webhook as it is stored. */
export interface Webhook extends WebhookRecord {
  readonly faults: readonly LikelyFault[]
}

const webhookOf = (row: Row): Webhook => ({
  seq: number(row, 'seq'),
  url: text(row, 'url'),
  description: text(row, 'description'),
  events: json(row, 'events'),
  active: number(row, 'active') === 1,
  filters: json(row, 'filters'),
  headers: json(row, 'headers'),
  retry: json(row, 'retry'),
  concurrency: number(row, 'concurrency'),
  rateLimit: row['rate_limit'] === null ? undefined : json(row, 'rate_limit'),
  fifo: number(row, 'fifo') === 1,
  profile: json(row, 'profile'),
  faults: json(row, 'faults'),
  health: {
    consecutiveFailures: number(row, 'consecutive_failures'),
    exhausted: number(row, 'exhausted'),
    failingSince: optionalNumber(row, 'failing_since'),
    lastSuccessAt: optionalNumber(row, 'last_success_at'),
  },
  disabledReason: optionalText(row, 'disabled_reason') as DisabledReason | undefined,
  disabledAt: optionalNumber(row, 'disabled_at'),
  createdAt: number(row, 'created_at'),
  updatedAt: number(row, 'updated_at'),
})

const settingValues = (settings: WebhookSettings): readonly Value[] => [
  settings.url,
  settings.description,
  JSON.stringify(settings.events),
  settings.active ? 1 : 0,
  JSON.stringify(settings.filters),
  JSON.stringify(settings.headers),
  JSON.stringify(settings.retry),
  settings.concurrency,
  settings.rateLimit === undefined ? null : JSON.stringify(settings.rateLimit),
  settings.fifo ? 1 : 0,
  JSON.stringify(settings.profile),
]

/** The filter of a list of webhooks. */
export interface WebhookFilter {
  readonly active?: boolean | undefined
  /** One of its subscriptions, exactly as it was given. */
  readonly event?: string | undefined
  /** A part of its URL or description. */
  readonly search?: string | undefined
}

/** Adds a webhook with its first secret; returns its number. */
export const insertWebhook = (
  db: Db,
  settings: WebhookSettings,
  secret: string,
  now: number,
): number => {
  const row = db.get(
    `INSERT INTO webhooks (url, description, events, active, filters, headers, retry, concurrency, rate_limit, fifo, profile, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
    ...settingValues(settings),
    now,
    now,
  )
  const seq = row === undefined ? 0 : number(row, 'seq')
  db.run('INSERT INTO secrets (webhook, value, created_at) VALUES (?, ?, ?)', seq, secret, now)
  refresh(db, seq)
  return seq
}

/** The webhooks of each database as they are stored, oldest first: every event and every attempt asks for them. */
const known = new WeakMap<object, Map<number, Webhook>>()

const knownTo = (db: Db): Map<number, Webhook> => {
  const before = known.get(db.history())
  if (before !== undefined) return before
  const rows = db.all('SELECT * FROM webhooks WHERE deleted_at IS NULL ORDER BY seq')
  const read = new Map(rows.map((row) => [number(row, 'seq'), webhookOf(row)]))
  known.set(db.history(), read)
  return read
}

const storeHealth = (db: Db, seq: number): void => {
  const health = knownTo(db).get(seq)?.health
  if (health === undefined) return
  db.run(
    'UPDATE webhooks SET consecutive_failures = ?, exhausted = ?, failing_since = ?, last_success_at = ? WHERE seq = ?',
    health.consecutiveFailures,
    health.exhausted,
    health.failingSince ?? null,
    health.lastSuccessAt ?? null,
    seq,
  )
}

/** Reads a webhook again that was written. */
const refresh = (db: Db, seq: number): void => {
  // Its health may not be in the row yet.
  storeHealth(db, seq)
  const row = db.get('SELECT * FROM webhooks WHERE seq = ? AND deleted_at IS NULL', seq)
  if (row === undefined) knownTo(db).delete(seq)
  else knownTo(db).set(seq, webhookOf(row))
}

/** A webhook that was not deleted. */
export const findWebhook = (db: Db, seq: number): Webhook | undefined => knownTo(db).get(seq)

/** All webhooks that were not deleted, oldest first. */
export const allWebhooks = (db: Db): readonly Webhook[] => [...knownTo(db).values()]

/** One page of webhooks, and how many there are. */
export const pageOfWebhooks = (
  db: Db,
  { active, event, search }: WebhookFilter,
  { page, limit, cursor }: PageOf,
): {
  readonly items: readonly Webhook[]
  readonly total: number
  readonly nextCursor: string | null
} => {
  const where = `deleted_at IS NULL AND (?1 IS NULL OR active = ?1)
    AND (?2 IS NULL OR EXISTS (SELECT 1 FROM json_each(events) WHERE value = ?2))
    AND (?3 IS NULL OR instr(url, ?3) > 0 OR instr(description, ?3) > 0)`
  const values = [active === undefined ? null : active ? 1 : 0, event ?? null, search ?? null]
  const counted = db.get(`SELECT count(*) AS n FROM webhooks WHERE ${where}`, ...values)
  const items = db
    .all(
      `SELECT * FROM webhooks WHERE ${where} AND seq > ?4 ORDER BY seq LIMIT ?5 OFFSET ?6`,
      ...values,
      Number(cursor ?? 0),
      limit + 1,
      cursor === undefined ? (page - 1) * limit : 0,
    )
    .map(webhookOf)
  const last = items[limit - 1]
  return {
    items: items.slice(0, limit),
    total: counted === undefined ? 0 : number(counted, 'n'),
    nextCursor: items.length > limit && last ? String(last.seq) : null,
  }
}

/** Stores changed settings. A webhook that is activated, even if it was active, starts with a new health. */
export const updateWebhook = (
  db: Db,
  before: Webhook,
  after: WebhookSettings,
  { activated, now }: { readonly activated: boolean; readonly now: number },
): void => {
  db.run(
    `UPDATE webhooks SET url = ?, description = ?, events = ?, active = ?, filters = ?, headers = ?, retry = ?, concurrency = ?, rate_limit = ?, fifo = ?, profile = ?, updated_at = ? WHERE seq = ?`,
    ...settingValues(after),
    now,
    before.seq,
  )
  refresh(db, before.seq)
  if (activated) {
    writeHealth(db, before.seq, newHealth)
    db.run(
      'UPDATE webhooks SET disabled_reason = NULL, disabled_at = NULL WHERE seq = ?',
      before.seq,
    )
    refresh(db, before.seq)
  }
  if (!after.active && before.active) disableWebhook(db, before.seq, 'manual', now)
}

/** Disables a webhook for a reason. */
export const disableWebhook = (db: Db, seq: number, reason: DisabledReason, now: number): void => {
  db.run(
    'UPDATE webhooks SET active = 0, disabled_reason = ?, disabled_at = ? WHERE seq = ?',
    reason,
    now,
    seq,
  )
  refresh(db, seq)
}

/** Deletes a webhook and its secrets; its deliveries stay in the log. */
export const deleteWebhook = (db: Db, seq: number, now: number): void => {
  db.run('UPDATE webhooks SET active = 0, deleted_at = ? WHERE seq = ?', now, seq)
  db.run('DELETE FROM secrets WHERE webhook = ?', seq)
  refresh(db, seq)
}

/** Stores the health of an endpoint, once for a whole transaction. */
export const writeHealth = (db: Db, seq: number, health: Health): void => {
  const webhook = findWebhook(db, seq)
  if (webhook === undefined) return
  knownTo(db).set(seq, { ...webhook, health })
  db.beforeCommit(`health ${seq}`, () => storeHealth(db, seq))
}

/** Stores the faults of every delivery to a webhook. */
export const writeFaults = (db: Db, seq: number, faults: readonly LikelyFault[]): void => {
  db.run('UPDATE webhooks SET faults = ? WHERE seq = ?', JSON.stringify(faults), seq)
  refresh(db, seq)
}

/** The secrets of a webhook, the current one first; `retired` are those that no longer sign. */
export const secretsOf = (
  db: Db,
  seq: number,
  now: number,
): { readonly active: readonly Secret[]; readonly retired: readonly Secret[] } => {
  const secrets = db
    .all('SELECT * FROM secrets WHERE webhook = ? ORDER BY seq DESC', seq)
    .map((row) => ({
      value: text(row, 'value'),
      createdAt: number(row, 'created_at'),
      expiresAt: optionalNumber(row, 'expires_at'),
    }))
  const active = activeSecrets(secrets, now)
  return { active, retired: secrets.filter((secret) => !active.includes(secret)) }
}

/** Makes a secret the current one; the others expire. One that the webhook has or had is not kept twice. */
export const rotateSecret = (
  db: Db,
  seq: number,
  value: string,
  now: number,
  expiresAt: number,
): void => {
  db.run('DELETE FROM secrets WHERE webhook = ? AND value = ?', seq, value)
  db.run(
    'UPDATE secrets SET expires_at = ? WHERE webhook = ? AND (expires_at IS NULL OR expires_at > ?)',
    expiresAt,
    seq,
    expiresAt,
  )
  db.run('INSERT INTO secrets (webhook, value, created_at) VALUES (?, ?, ?)', seq, value, now)
}
