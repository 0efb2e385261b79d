import { createHash } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { Clock } from '../delivery/clock.ts'
import { number, text } from '../store/column.ts'
import type { Db } from '../store/database.ts'
import { Problem } from './problem.ts'

const keptMs = 24 * 60 * 60 * 1000

/**
 * Answers a POST that is sent again under the same Idempotency-Key with the first answer, for 24 hours,
 * so that a client may retry it. Errors of the server are not kept: a retry runs again.
 */
export const idempotencyKey = (db: Db, clock: Clock): MiddlewareHandler => {
  const underWay = new Set<string>()
  return async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (c.req.method !== 'POST' || key === undefined) return next()
    if (key.length > 200) {
      throw new Problem(422, 'VALIDATION_ERROR', 'Idempotency-Key is too long.', {
        details: { field: 'Idempotency-Key', reason: 'more than 200 characters' },
      })
    }
    const body = await c.req.text()
    const request = createHash('sha256').update(`${c.req.path}\n${body}`).digest('hex')
    const now = clock.now()
    db.run('DELETE FROM answers WHERE expires_at <= ?', now)
    const kept = db.get('SELECT * FROM answers WHERE key = ?', key)
    if (kept !== undefined) {
      if (text(kept, 'request') !== request) {
        throw new Problem(409, 'IDEMPOTENCY_KEY_REUSED', 'This key was used for another request.')
      }
      return new Response(text(kept, 'body'), {
        status: number(kept, 'status'),
        headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
      })
    }
    if (underWay.has(key)) {
      throw new Problem(409, 'IDEMPOTENCY_KEY_IN_USE', 'The first request still runs.', {
        retryAfterSeconds: 1,
      })
    }
    underWay.add(key)
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
          now + keptMs,
        )
      }
    } finally {
      underWay.delete(key)
    }
    return undefined
  }
}
