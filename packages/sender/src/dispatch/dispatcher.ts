import type { StoredDelivery } from '../store/delivery-rows.ts'
import {
  dueDeliveries,
  findDelivery,
  nextDueAfter,
  oldestOpen,
  postponeDelivery,
  webhooksWithDue,
} from '../store/delivery-rows.ts'
import { findWebhook, type Webhook } from '../store/webhook-rows.ts'
import { type EndpointState, endpointState } from './endpoint-state.ts'
import { mayStart } from './fair-share.ts'
import { type AttemptContext, makeAttempt } from './make-attempt.ts'

/** What the dispatcher works with. */
export interface DispatcherOptions extends AttemptContext {
  /** How many attempts may be under way at once, over all endpoints, beside the first of each. */
  readonly concurrency: number
}

const errorPauseMs = 60_000

/** Sends what is due. The plan is in the database alone, so that a restart continues it. */
export interface Dispatcher {
  /** Looks for deliveries that are due: after one was added, or the clock was moved. */
  wake(): void
  /** Makes the next attempt of a delivery at once, whatever the limits; for tests of an endpoint. */
  attemptNow(delivery: StoredDelivery, webhook: Webhook): Promise<void>
  /** Whether an attempt is under way. */
  isSending(seq: number): boolean
  /** The deliveries with an attempt under way. */
  sendingNow(): readonly number[]
  /** Resolves when no attempt is under way and none may start now, with the time of the next one in unix milliseconds. */
  idle(): Promise<number | undefined>
  /** Starts no more attempts, and waits for those that are under way. */
  stop(): Promise<void>
}

/** What is due at one endpoint, and how much of it may start. */
interface Queue {
  readonly webhook: Webhook
  readonly state: EndpointState
  readonly due: StoredDelivery[]
}

/** Creates a dispatcher; it starts with the first `wake`. */
export const createDispatcher = (options: DispatcherOptions): Dispatcher => {
  const { db, clock, concurrency, onError } = options
  const sending = new Map<number, Promise<void>>()
  const endpoints = new Map<number, EndpointState>()
  let alarm = new AbortController()
  let stopped = false
  let waiting: ((next: number | undefined) => void)[] = []
  /** The endpoint that was served last: the next round begins after it. */
  let lastServed = 0

  const stateOf = (webhook: number): EndpointState => {
    const known = endpoints.get(webhook)
    if (known !== undefined) return known
    const created = endpointState(() => performance.now())
    endpoints.set(webhook, created)
    return created
  }

  const loads = () => [...endpoints.values()].map((state) => state.load())

  const failed =
    (delivery: StoredDelivery) =>
    (error: unknown): void => {
      // Not even the result could be stored: without a pause it would be tried in a tight loop.
      onError(error)
      postponeDelivery(db, delivery.seq, clock.now() + errorPauseMs)
    }

  const start = (delivery: StoredDelivery, webhook: Webhook): Promise<void> => {
    const end = stateOf(webhook.seq).begin()
    const run = makeAttempt(options, delivery, webhook)
      .catch(failed(delivery))
      .catch(onError)
      .then(() => {
        end()
        sending.delete(delivery.seq)
        wake()
      })
    sending.set(delivery.seq, run)
    return run
  }

  /** What may start at an endpoint, apart from the share that it gets. */
  const queueOf = (seq: number, now: number): Queue | undefined => {
    const webhook = findWebhook(db, seq)
    if (webhook === undefined || !webhook.active) return undefined
    const state = stateOf(seq)
    const { underWay } = state.load()
    const room = Math.min(
      (webhook.fifo ? 1 : webhook.concurrency) - underWay,
      concurrency,
      state.starts.room(webhook.rateLimit, now),
    )
    if (room <= 0) return { webhook, state, due: [] }
    if (webhook.fifo) {
      // The next one waits until the oldest has ended, and not only until it was tried.
      const oldest = oldestOpen(db, seq)
      const isDue = oldest?.nextAttemptAt !== undefined && oldest.nextAttemptAt <= now
      return { webhook, state, due: isDue && !sending.has(oldest.seq) ? [oldest] : [] }
    }
    const due = dueDeliveries(db, seq, now, underWay + room)
    return { webhook, state, due: due.filter(({ seq }) => !sending.has(seq)).slice(0, room) }
  }

  /** Starts one attempt at each endpoint, then a second one, and so on, as far as each one's share goes. */
  const startRounds = (queues: readonly Queue[], now: number): void => {
    const after = queues.findIndex(({ webhook }) => webhook.seq > lastServed)
    const first = Math.max(0, after)
    let round = [...queues.slice(first), ...queues.slice(0, first)]
    while (round.length > 0) {
      round = round.filter(({ webhook, state, due }) => {
        const [delivery] = due
        if (delivery === undefined || !mayStart(state.load(), loads(), concurrency)) return false
        due.shift()
        state.starts.add(now)
        lastServed = webhook.seq
        void start(delivery, webhook)
        return true
      })
    }
  }

  const dispatchDue = (): void => {
    if (stopped) return
    const now = clock.now()
    const queues = webhooksWithDue(db, now)
      .map((seq) => queueOf(seq, now))
      .filter((queue) => queue !== undefined)
    startRounds(queues, now)
    const held = queues
      .map(({ webhook, state }) => state.starts.nextStart(webhook.rateLimit, now))
      .filter((at) => at > now)
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
      try {
        dispatchDue()
      } catch (error) {
        // A full disk, for one: the next wake looks again, and this one does not end the process.
        onError(error)
        clock.sleep(errorPauseMs).then(wake, () => {})
      }
    })
  }

  return {
    wake,
    attemptNow: (delivery, webhook) => start(findDelivery(db, delivery.seq) ?? delivery, webhook),
    isSending: (seq) => sending.has(seq),
    sendingNow: () => [...sending.keys()],
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
