import { createHash } from 'node:crypto'
import {
  checkIdempotencyKey,
  idempotencyKeyInUse,
  idempotencyKeyReused,
  limits,
} from '@ainexlayer/webhooks-contract'
import type { MiddlewareHandler } from 'hono'
import type { Clock } from '../delivery/clock.ts'
import { newMessageId } from '../message/message.ts'
import { number, text } from '../store/column.ts'
import type { Db } from '../store/database.ts'

/** The status of a request that was begun and has no answer; its body is the id of its first event. */
const begun = 0

/** A request under way that has an Idempotency-Key. */
interface Keyed {
  /** The id of its first event. */
  readonly firstId: string
  readonly keep: (status: number, answer: string) => void
}

const keyed = new WeakMap<Request, Keyed>()

/**
 * Gives the events of a request with an Idempotency-Key that have no id of their own one that is the same when the request
 * is repeated: the sender may have been killed after it had stored them, and before it had stored the answer.
 */
export const withKnownId = <Event>(request: Request, event: Event, index = 0): Event => {
  const first = keyed.get(request)?.firstId
  if (first === undefined || typeof event !== 'object' || event === null) return event
  if ('id' in event && event.id !== undefined) return event
  return { ...event, id: index === 0 ? first : `${first}-${index}` }
}

/**
 * Does what a request asks for, and keeps its answer with it in one transaction: one that is repeated with its
 * Idempotency-Key, after the sender was killed, is done once.
 */
export const answeredOnce = <Answer extends object>(
  db: Db,
  request: Request,
  status: number,
  work: () => Answer,
): Answer =>
  db.transaction(() => {
    const answer = work()
    keyed.get(request)?.keep(status, JSON.stringify(answer))
    return answer
  })

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
    if (kept !== undefined && text(kept, 'request') !== request) throw idempotencyKeyReused()
    if (kept !== undefined && number(kept, 'status') !== begun) {
      return new Response(text(kept, 'body'), {
        status: number(kept, 'status'),
        headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
      })
    }
    if (running.has(key)) throw idempotencyKeyInUse()
    running.add(key)
    const keep = (status: number, answer: string): void => {
      const until = now + limits.idempotencyKey.keptFor * 1000
      db.run(
        'INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)',
        key,
        request,
        status,
        answer,
        until,
      )
    }
    try {
      const firstId = kept === undefined ? newMessageId() : text(kept, 'body')
      if (kept === undefined) keep(begun, firstId)
      keyed.set(c.req.raw, { firstId, keep })
      await next()
      if (c.res.status < 500) keep(c.res.status, await c.res.clone().text())
    } finally {
      running.delete(key)
    }
    return undefined
  }
}
