import { createHash } from 'node:crypto'
import {
  checkIdempotencyKey,
  idempotencyKeyInUse,
  idempotencyKeyReused,
  limits,
} from '@ainexlayer/webhooks-contract'
import type { MiddlewareHandler } from 'hono'
import type { Clock } from '../delivery/clock.ts'
import { number, text } from '../store/column.ts'
import type { Db } from '../store/database.ts'

/**
 * Answers a POST that is repeated with its Idempotency-Key with the first answer, for 24 hours, so that
 * a client may retry it. Errors of the server are not kept: a retry runs again.
 */
export const idempotencyKey = (db: Db, clock: Clock): MiddlewareHandler => {
  const running = new Set<string>()
  return async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (c.req.method !== 'POST' || key === undefined) return next()
    checkIdempotencyKey(key)
    const body = await c.req.text()
    const request = createHash('sha256').update(`${c.req.path}\n${body}`).digest('hex')
    const now = clock.now()
    db.run('DELETE FROM answers WHERE expires_at <= ?', now)
    const kept = db.get('SELECT * FROM answers WHERE key = ?', key)
    if (kept !== undefined) {
      if (text(kept, 'request') !== request) throw idempotencyKeyReused()
      return new Response(text(kept, 'body'), {
        status: number(kept, 'status'),
        headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
      })
    }
    if (running.has(key)) throw idempotencyKeyInUse()
    running.add(key)
    try {
      await next()
      if (c.res.status < 500) {
        const answer = await c.res.clone().text()
        db.run(
          'INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)',
          key,
          request,
          c.res.status,
          answer,
          now + limits.idempotencyKey.keptFor * 1000,
        )
      }
    } finally {
      running.delete(key)
    }
    return undefined
  }
}
