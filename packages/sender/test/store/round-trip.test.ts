import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Attempt, Fault } from '../../src/index.ts'
import { attemptsOf, insertAttempt } from '../../src/store/attempt-rows.ts'
import { openDatabase } from '../../src/store/database.ts'
import { findDelivery, insertDelivery, writeProgress } from '../../src/store/delivery-rows.ts'
import { findEvent, findEventById, insertEvent, pageOfEvents } from '../../src/store/event-rows.ts'
import {
  allWebhooks,
  disableWebhook,
  findWebhook,
  insertWebhook,
  pageOfWebhooks,
  rotateSecret,
  secretsOf,
  writeFaults,
  writeHealth,
} from '../../src/store/webhook-rows.ts'

const settings = {
  url: 'https://example.com/ü?a=1',
  description: 'é',
  events: ['*', 'user.*'],
  active: true,
  filters: { workspaceIds: ['workspace-1'] },
  headers: { 'x-team': 'a' },
  retry: { delaysSeconds: [0, 1.5], jitter: 0.25, strainedSeconds: 60, disables: true },
  concurrency: 7,
  rateLimit: { requests: 3, perSeconds: 1.5 },
  fifo: true,
  profile: { kind: 'hmac-body', header: 'X-Sig', prefix: '', encoding: 'base64' },
} as const
const faults: readonly Fault[] = [{ kind: 'timestamp', how: 'offset', offsetSeconds: -600 }]
const bytes = Uint8Array.from([0, 0xff, 0xc3, 0x28, 0x7b])

/** What long work returns. */
const finished = <Result>(work: Generator<unknown, Result>): Result => {
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

/** The same database as it is after it was closed and opened again, and before. */
const bothWays = async (check: (db: ReturnType<typeof openDatabase>) => void, fill = check) => {
  const folder = await mkdtemp(join(tmpdir(), 'ainl-round-trip-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'sender.db')
  const db = openDatabase(file)
  fill(db)
  if (fill !== check) check(db)
  db.close()
  const again = openDatabase(file)
  check(again)
  again.close()
}

test('every column of a webhook and its secrets comes back as it was stored', () =>
  bothWays(
    (db) => {
      const expected = {
        ...settings,
        seq: 1,
        faults: [{ fault: faults[0], probability: 0.5 }],
        health: { consecutiveFailures: 2, exhausted: 1, failingSince: 5.5, lastSuccessAt: 4 },
        active: false,
        disabledReason: 'gone',
        disabledAt: 9,
        createdAt: 1,
        updatedAt: 1,
      }
      expect(findWebhook(db, 1)).toMatchObject(expected)
      expect(allWebhooks(db)).toMatchObject([expected])
      expect(pageOfWebhooks(db, {}, { page: 1, limit: 5 }).items).toMatchObject([expected])
      expect(secretsOf(db, 1, 10)).toEqual({
        active: [
          { value: 'whsec_b', createdAt: 8, expiresAt: undefined },
          { value: 'whsec_a', createdAt: 1, expiresAt: 20 },
        ],
        retired: [],
      })
    },
    (db) => {
      insertWebhook(db, settings, 'whsec_a', 1)
      rotateSecret(db, 1, 'whsec_b', 8, 20)
      writeFaults(db, 1, [{ fault: faults[0] ?? { kind: 'ackLost' }, probability: 0.5 }])
      writeHealth(db, 1, {
        consecutiveFailures: 2,
        exhausted: 1,
        failingSince: 5.5,
        lastSuccessAt: 4,
      })
      disableWebhook(db, 1, 'gone', 9)
    },
  ))

const attempt: Attempt = {
  number: 1,
  startedAt: 10.5,
  durationMs: 3.25,
  url: 'https://example.com/',
  request: {
    headers: { a: 'b' },
    body: Uint8Array.from([1, 0xfe]),
    bodySha256: 'ab',
    bytes: 2,
    signed: { prefix: 'msg_1.10.', body: Uint8Array.from([2, 0xfd]) },
  },
  response: {
    statusCode: 500,
    headers: { c: 'd' },
    body: 'é',
    bodyEncoding: 'utf8',
    truncated: true,
  },
  error: { code: 'http_status', message: 'answered 500' },
  copies: [200, 'timeout'],
  retryAfterMs: 1500,
  outcome: 'failed',
  faults,
}

test('every column of an event, a delivery and its attempts comes back as it was stored', () =>
  bothWays(
    (db) => {
      const event = { seq: 1, id: 'msg_1', type: 'user.login', workspaceId: 'w', createdAt: 3.5 }
      for (const found of [
        findEvent(db, 1),
        findEventById(db, 'msg_1'),
        finished(pageOfEvents(db, {}, { page: 1, limit: 5 })).items[0],
      ]) {
        expect(found).toMatchObject(event)
        expect(Buffer.from(found?.body ?? [])).toEqual(Buffer.from(bytes))
      }
      expect(findDelivery(db, 1)).toEqual({
        seq: 1,
        webhook: 1,
        event: 1,
        eventId: 'msg_1',
        eventType: 'user.login',
        status: 'retrying',
        trigger: 'redelivery',
        redeliveryOf: 1,
        attemptCount: 1,
        maxAttempts: 2,
        nextAttemptAt: 30.5,
        lastStatusCode: 500,
        lastError: attempt.error,
        faults,
        createdAt: 5,
        completedAt: undefined,
      })
      const [changed, plain] = attemptsOf(db, 1, bytes)
      expect(changed).toEqual({ ...attempt, seq: 1 })
      expect(plain?.request.body).toEqual(bytes)
      expect(plain?.request.signed.body).toEqual(bytes)
    },
    (db) => {
      insertWebhook(db, settings, 'whsec_a', 1)
      insertEvent(db, { id: 'msg_1', type: 'user.login', body: bytes }, 'w', 3.5)
      insertDelivery(
        db,
        {
          webhook: 1,
          event: 1,
          eventType: 'user.login',
          trigger: 'redelivery',
          maxAttempts: 2,
          nextAttemptAt: 6,
          redeliveryOf: 1,
          faults,
        },
        5,
      )
      insertAttempt(db, { seq: 1, webhook: 1, createdAt: 1 }, attempt, bytes)
      const same = { ...attempt.request, body: bytes, signed: { prefix: '', body: bytes } }
      insertAttempt(
        db,
        { seq: 1, webhook: 1, createdAt: 1 },
        { ...attempt, number: 2, request: same },
        bytes,
      )
      writeProgress(db, 1, {
        status: 'retrying',
        attemptCount: 1,
        nextAttemptAt: 30.5,
        lastStatusCode: 500,
        lastError: attempt.error,
        completedAt: undefined,
      })
    },
  ))
