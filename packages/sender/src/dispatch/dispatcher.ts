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
  /** Attempts at once, over all endpoints. */
  readonly concurrency: number
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number
  /** Finds addresses that may be connected to. */
  readonly lookup: LookupFunction
  /** Told after each attempt that was kept. */
  readonly onAttempt: (delivery: StoredDelivery, attempt: Attempt) => void
  /** Told of a mistake of the sender's own; the delivery is tried again a minute later. */
  readonly onError: (error: unknown) => void
}

const errorPauseMs = 60_000

/** Sends what is due. What is planned is in the database alone, so that a restart goes on where it was. */
export interface Dispatcher {
  /** Looks for what is due: after something was added, or the clock was moved. */
  wake(): void
  /** Makes the next attempt at a delivery at once, whatever the limits; for tests of an endpoint. */
  attemptNow(delivery: StoredDelivery, webhook: Webhook): Promise<Attempt>
  /** Whether an attempt is under way. */
  isSending(seq: number): boolean
  /** Resolves when nothing is under way and nothing may start now; answers when the next may, unix milliseconds. */
  idle(): Promise<number | undefined>
  /** Starts nothing more, and waits for what is under way. */
  stop(): Promise<void>
}

/** Makes a dispatcher; it starts with the first `wake`. */
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
    const made = startLog()
    starts.set(webhook, made)
    return made
  }

  const faultsOf = (webhook: Webhook, delivery: StoredDelivery): readonly Fault[] => [
    ...delivery.faults,
    ...webhook.faults.filter(({ probability }) => random() < probability).map(({ fault }) => fault),
  ]

  const attempt = async (delivery: StoredDelivery, webhook: Webhook): Promise<Attempt> => {
    const event = findEvent(db, delivery.event)
    const body = event?.body ?? new Uint8Array()
    const { active, retired } = secretsOf(db, webhook.seq, clock.now())
    const made = await attemptDelivery({
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
      const settled = settleAttempt(current ?? webhook, delivery, made, now, random)
      insertAttempt(db, delivery.seq, made, body)
      writeProgress(db, delivery.seq, settled.progress)
      if (current === undefined) return
      writeHealth(db, webhook.seq, settled.health)
      if (settled.disable !== undefined && current.active) {
        disableWebhook(db, webhook.seq, settled.disable, now)
        cancelDeliveriesOf(db, webhook.seq, now)
      }
    })
    options.onAttempt(findDelivery(db, delivery.seq) ?? delivery, made)
    return made
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
      // Nothing was kept of it; without a pause it would be tried in a tight loop.
      options.onError(error)
      postponeDelivery(db, delivery.seq, clock.now() + errorPauseMs)
    }
    sending.set(
      delivery.seq,
      attempt(delivery, webhook)
        .then(() => {}, failed)
        .then(ended),
    )
  }

  /** Starts what may start at one endpoint; answers when it should be looked at again, if it is held back. */
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
      for (const delivery of due.filter((one) => !sending.has(one.seq)).slice(0, room)) {
        start(delivery, webhook)
      }
    }
    const next = log.nextStart(webhook.rateLimit, now)
    return next > now ? next : undefined
  }

  const look = (): void => {
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

  let looking = false
  /** Several wakes in one turn of the event loop are one look. */
  const wake = (): void => {
    if (looking || stopped) return
    looking = true
    setImmediate(() => {
      looking = false
      look()
    })
  }

  return {
    wake,
    attemptNow: attempt,
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
