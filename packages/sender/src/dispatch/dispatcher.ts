import type { StoredDelivery } from '../store/delivery-rows.ts'
import { postponeDelivery } from '../store/delivery-rows.ts'
import {
  type DueDelivery,
  dueAt,
  nextDueAfter,
  oldestOpen,
  readDue,
  webhooksWithDue,
} from '../store/due.ts'
import { findWebhook, secretsOf, type Webhook } from '../store/webhook-rows.ts'
import { type EndpointState, endpointState } from './endpoint-state.ts'
import { sharesOf } from './fair-share.ts'
import { type AttemptContext, type Claim, makeAttempt } from './make-attempt.ts'
import { untilStored } from './until-stored.ts'

/** What the dispatcher works with. */
export interface DispatcherOptions extends Omit<AttemptContext, 'untilStored'> {
  /** How many attempts may be under way at once, over all endpoints, beside the first of each. */
  readonly concurrency: number
}

const errorPauseMs = 60_000

/** The longest sleep, in milliseconds: a timer does not notice that the clock was set, or that the machine slept. */
const longestSleepMs = 60_000

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

/** What is due at one endpoint, and may start as far as its own limits go. */
interface Queue {
  readonly webhook: Webhook
  readonly state: EndpointState
  /** The numbers of deliveries. */
  readonly due: number[]
  /** Attempts under way, and those that are chosen. */
  underWay: number
  readonly isQuick: boolean
}

/** A delivery that is to start. */
interface Chosen {
  readonly seq: number
  readonly webhook: Webhook
}

/** Creates a dispatcher; it starts with the first `wake`. */
export const createDispatcher = (options: DispatcherOptions): Dispatcher => {
  const { db, clock, concurrency, onError } = options
  const sending = new Map<number, Promise<void>>()
  const endpoints = new Map<number, EndpointState>()
  let alarm = new AbortController()
  let stopped = false
  const stopping = new AbortController()
  const context: AttemptContext = {
    ...options,
    untilStored: untilStored(stopping.signal, onError),
  }
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

  const failed =
    (delivery: StoredDelivery) =>
    (error: unknown): void => {
      // Not even the result could be stored: without a pause it would be tried in a tight loop.
      onError(error)
      postponeDelivery(db, delivery.seq, clock.now() + errorPauseMs)
    }

  const start = (claim: Claim): Promise<void> => {
    const { delivery, webhook } = claim
    const end = stateOf(webhook.seq).begin()
    const run = makeAttempt(context, claim)
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

  /** Reads what the next attempts need, all together, and starts them. */
  const startAll = (chosen: readonly Chosen[], now: number): readonly Promise<void>[] => {
    const webhooks = new Map(chosen.map(({ webhook }) => [webhook.seq, webhook]))
    const secrets = new Map([...webhooks.keys()].map((seq) => [seq, secretsOf(db, seq, now)]))
    const claimOf = (delivery: DueDelivery): Claim | undefined => {
      const webhook = webhooks.get(delivery.webhook)
      const signing = secrets.get(delivery.webhook)
      return webhook && signing && { delivery, webhook, secrets: signing }
    }
    return readDue(
      db,
      chosen.map(({ seq }) => seq),
    )
      .map(claimOf)
      .filter((claim) => claim !== undefined)
      .map(start)
  }

  /** What may start at an endpoint, apart from the share that it gets. */
  const queueOf = (seq: number, now: number): Queue | undefined => {
    const webhook = findWebhook(db, seq)
    if (webhook === undefined || !webhook.active) return undefined
    const state = stateOf(seq)
    const load = state.load()
    const { underWay } = load
    const room = Math.min(
      (webhook.fifo ? 1 : webhook.concurrency) - underWay,
      concurrency,
      state.starts.room(webhook.rateLimit, now),
    )
    if (room <= 0) return { webhook, state, due: [], ...load }
    if (webhook.fifo) {
      // The next one waits until the oldest has ended, and not only until it was tried.
      const oldest = oldestOpen(db, seq)
      const isDue = oldest !== undefined && oldest.nextAttemptAt <= now
      const due = isDue && !sending.has(oldest.seq) ? [oldest.seq] : []
      return { webhook, state, due, ...load }
    }
    const due = dueAt(db, seq, now, underWay + room)
    const more = due.filter((seq) => !sending.has(seq)).slice(0, room)
    return { webhook, state, due: more, ...load }
  }

  /** Chooses one delivery of each endpoint, then a second one, and so on, as far as each one's share goes. */
  const choose = (queues: readonly Queue[], now: number): readonly Chosen[] => {
    const shares = sharesOf(
      [...endpoints.values()].map((state) => state.load()),
      concurrency,
    )
    const chosen: Chosen[] = []
    const first = Math.max(
      0,
      queues.findIndex(({ webhook }) => webhook.seq > lastServed),
    )
    let round = [...queues.slice(first), ...queues.slice(0, first)]
    while (round.length > 0) {
      round = round.filter((queue) => {
        const { webhook, state, due } = queue
        const [seq] = due
        if (seq === undefined || !shares.take(queue)) return false
        due.shift()
        queue.underWay += 1
        state.starts.add(now)
        lastServed = webhook.seq
        chosen.push({ seq, webhook })
        return true
      })
    }
    return chosen
  }

  const dispatchDue = (): void => {
    if (stopped) return
    const now = clock.now()
    const queues = webhooksWithDue(db, now)
      .map((seq) => queueOf(seq, now))
      .filter((queue) => queue !== undefined)
    startAll(choose(queues, now), now)
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
    if (next !== undefined) {
      clock.sleep(Math.min(next - now, longestSleepMs), alarm.signal).then(wake, () => {})
    }
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
    attemptNow: async ({ seq }, webhook) => {
      await Promise.all(startAll([{ seq, webhook }], clock.now()))
    },
    isSending: (seq) => sending.has(seq),
    sendingNow: () => [...sending.keys()],
    idle: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        wake()
      }),
    stop: async () => {
      stopped = true
      stopping.abort()
      alarm.abort()
      await Promise.all(sending.values())
    },
  }
}
