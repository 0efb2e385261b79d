import type { LookupFunction } from 'node:net'
import { type Fault, idOf, settleAttempt } from '@ainexlayer/webhooks-contract'
import { type Attempt, attemptDelivery } from '../delivery/attempt.ts'
import type { Clock } from '../delivery/clock.ts'
import { insertAttempt } from '../store/attempt-rows.ts'
import type { Db } from '../store/database.ts'
import {
  cancelDeliveriesOf,
  dueDeliveries,
  findDelivery,
  nextDueAfter,
  postponeDelivery,
  type StoredDelivery,
  webhooksWithDue,
  writeProgress,
} from '../store/delivery-rows.ts'
import { findEvent } from '../store/event-rows.ts'
import {
  disableWebhook,
  findWebhook,
  secretsOf,
  type Webhook,
  writeHealth,
} from '../store/webhook-rows.ts'
import { type StartLog, startLog } from './rate-limit.ts'

/** What the dispatcher works with. */
export interface DispatcherOptions {
  readonly db: Db
  readonly clock: Clock
  readonly random: () => number
  /** How many attempts may be under way at once, over all endpoints. */
  readonly concurrency: number
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number
  /** Resolves a host name; it gives out only addresses that may be connected to. */
  readonly lookup: LookupFunction
  /** Called after each attempt that was stored. */
  readonly onAttempt: (delivery: StoredDelivery, attempt: Attempt) => void
  /** Called with each unexpected error; the delivery is tried again a minute later. */
  readonly onError: (error: unknown) => void
}

const errorPauseMs = 60_000

/** Sends what is due. The plan is in the database alone, so that a restart continues it. */
export interface Dispatcher {
  /** Looks for deliveries that are due: after one was added, or the clock was moved. */
  wake(): void
  /** Makes the next attempt of a delivery at once, whatever the limits; for tests of an endpoint. */
  attemptNow(delivery: StoredDelivery, webhook: Webhook): Promise<Attempt>
  /** Whether an attempt is under way. */
  isSending(seq: number): boolean
  /** Resolves when no attempt is under way and none may start now, with the time of the next one in unix milliseconds. */
  idle(): Promise<number | undefined>
  /** Starts no more attempts, and waits for those that are under way. */
  stop(): Promise<void>
}

/** Creates a dispatcher; it starts with the first `wake`. */
export const createDispatcher = (options: DispatcherOptions): Dispatcher => {
  const { db, clock, random } = options
  const sending = new Map<number, Promise<void>>()
  const sendingTo = new Map<number, number>()
  const starts = new Map<number, StartLog>()
  let alarm = new AbortController()
  let stopped = false
  let waiting: ((next: number | undefined) => void)[] = []

  const startsOf = (webhook: number): StartLog => {
    const known = starts.get(webhook)
    if (known !== undefined) return known
    const log = startLog()
    starts.set(webhook, log)
    return log
  }

  const faultsOf = (webhook: Webhook, delivery: StoredDelivery): readonly Fault[] => [
    ...delivery.faults,
    ...webhook.faults.filter(({ probability }) => random() < probability).map(({ fault }) => fault),
  ]

  const sendNow = async (delivery: StoredDelivery, webhook: Webhook): Promise<Attempt> => {
    const event = findEvent(db, delivery.event)
    const body = event?.body ?? new Uint8Array()
    const { active, retired } = secretsOf(db, webhook.seq, clock.now())
    const attempt = await attemptDelivery({
      endpoint: {
        url: webhook.url,
        secrets: active.map(({ value }) => value),
        retiredSecrets: retired.map(({ value }) => value),
        headers: webhook.headers,
      },
      message: { id: delivery.eventId, type: delivery.eventType, body },
      number: delivery.attemptCount + 1,
      deliveryId: idOf('delivery', delivery.seq),
      timeoutMs: options.timeoutMs,
      clock,
      faults: faultsOf(webhook, delivery),
      lookup: options.lookup,
    })
    db.transaction(() => {
      const now = clock.now()
      // The endpoint may have been changed or deleted while the attempt was under way.
      const current = findWebhook(db, webhook.seq)
      const settled = settleAttempt(current ?? webhook, delivery, attempt, now, random)
      insertAttempt(db, delivery.seq, attempt, body)
      writeProgress(db, delivery.seq, settled.progress)
      if (current === undefined) return
      writeHealth(db, webhook.seq, settled.health)
      if (settled.disable !== undefined && current.active) {
        disableWebhook(db, webhook.seq, settled.disable, now)
        cancelDeliveriesOf(db, webhook.seq, now)
      }
    })
    options.onAttempt(findDelivery(db, delivery.seq) ?? delivery, attempt)
    return attempt
  }

  const start = (delivery: StoredDelivery, webhook: Webhook): void => {
    startsOf(webhook.seq).add(clock.now())
    sendingTo.set(webhook.seq, (sendingTo.get(webhook.seq) ?? 0) + 1)
    const ended = (): void => {
      sending.delete(delivery.seq)
      sendingTo.set(webhook.seq, (sendingTo.get(webhook.seq) ?? 1) - 1)
      wake()
    }
    const failed = (error: unknown): void => {
      // Nothing of it was stored: without a pause it would be tried in a tight loop.
      options.onError(error)
      postponeDelivery(db, delivery.seq, clock.now() + errorPauseMs)
    }
    sending.set(
      delivery.seq,
      sendNow(delivery, webhook)
        .then(() => {}, failed)
        .then(ended),
    )
  }

  /** Starts what may start at one endpoint; returns when to look again, if its rate limit holds it back. */
  const dispatchTo = (seq: number): number | undefined => {
    const now = clock.now()
    const webhook = findWebhook(db, seq)
    if (webhook === undefined) return undefined
    const log = startsOf(seq)
    const busy = sendingTo.get(seq) ?? 0
    const room = Math.min(
      webhook.concurrency - busy,
      options.concurrency - sending.size,
      log.room(webhook.rateLimit, now),
    )
    if (room > 0) {
      const due = dueDeliveries(db, seq, now, busy + room)
      for (const delivery of due.filter(({ seq }) => !sending.has(seq)).slice(0, room)) {
        start(delivery, webhook)
      }
    }
    const next = log.nextStart(webhook.rateLimit, now)
    return next > now ? next : undefined
  }

  const dispatchDue = (): void => {
    if (stopped) return
    const now = clock.now()
    const held = webhooksWithDue(db, now).map(dispatchTo)
    const planned = [nextDueAfter(db, now), ...held].filter((at) => at !== undefined)
    const next = planned.length === 0 ? undefined : Math.min(...planned)
    alarm.abort()
    alarm = new AbortController()
    if (sending.size === 0) {
      for (const resolve of waiting) resolve(next)
      waiting = []
    }
    if (next !== undefined) clock.sleep(next - now, alarm.signal).then(wake, () => {})
  }

  let scheduled = false
  /** Several calls in one turn of the event loop look once. */
  const wake = (): void => {
    if (scheduled || stopped) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      dispatchDue()
    })
  }

  return {
    wake,
    attemptNow: sendNow,
    isSending: (seq) => sending.has(seq),
    idle: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        wake()
      }),
    stop: async () => {
      stopped = true
      alarm.abort()
      await Promise.all(sending.values())
    },
  }
}
