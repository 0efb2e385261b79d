import { randomInt } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import type { ApiRateLimit } from './api/access.ts'
import { basePath, createApp } from './api/app.ts'
import type { ApiContext } from './api/context.ts'
import { attemptView, deliveryView } from './api/views.ts'
import { type Clock, systemClock } from './delivery/clock.ts'
import { type RetrySchedule, retryPresets } from './delivery/retry-schedule.ts'
import type { VirtualClock } from './delivery/virtual-clock.ts'
import { createDispatcher } from './dispatch/dispatcher.ts'
import { type EmitInput, type Emitted, emit } from './dispatch/emit.ts'
import { seededRandom } from './faults/seeded-random.ts'
import { openDatabase } from './store/database.ts'
import { dropOldBodies } from './store/event-rows.ts'
import { guardedLookup } from './webhook/address-guard.ts'

/** Options of {@link createSender}. */
export interface SenderOptions {
  /** What callers of the API send as `Authorization: Bearer …`. */
  readonly apiKey: string
  /** A folder for its state, or `:memory:` (default), which a restart forgets. */
  readonly data?: string
  /** Lets webhooks point at plain http, loopback and private addresses: for development and tests only; default false. */
  readonly allowPrivateTargets?: boolean
  /** Serves `/dev/*`, and lets emitted events suffer faults; default false. */
  readonly dev?: boolean
  /** The schedule of webhooks that name none; default `retryPresets.standard`. */
  readonly retry?: RetrySchedule
  /** Attempts at once, over all endpoints; default 50. */
  readonly concurrency?: number
  /** Milliseconds for one attempt, to the end of the answer; default 30 000, as the platform's page says. */
  readonly timeoutMs?: number
  /** How many webhooks there may be; default 100. */
  readonly maxWebhooks?: number
  /** How many calls the API takes; default 1000 in 10 seconds. */
  readonly apiRateLimit?: ApiRateLimit
  /** Days for which the bytes of events are kept, for redelivery; default 30. */
  readonly keepBodiesDays?: number
  /** Default: the real clock. With a `virtualClock`, `advance` and `POST /dev/clock` move it. */
  readonly clock?: Clock | VirtualClock
  /** Makes jitter and faults the same in every run; default: another each time. */
  readonly seed?: number
  /** Told of the sender's own mistakes; default: the console. */
  readonly onError?: (error: unknown) => void
}

/** Where a started sender listens. */
export interface Listening {
  /** `http://127.0.0.1:port/api/v1` */
  readonly url: string
  readonly port: number
}

/** The reference sender: the platform's webhook API, and deliveries that outlive a restart. */
export interface Sender {
  /** The API as a web-standard handler, for tests that need no port. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** Emits an event, as `POST /events` does. Throws an error with a `code` for what it does not take. */
  emit(input: EmitInput): Emitted
  /** Resolves when nothing is under way and nothing may start now: what is left waits for its time. */
  idle(): Promise<void>
  /** Moves a virtual clock on by `ms`, and makes every attempt that falls due on the way. */
  advance(ms: number): Promise<void>
  /** Listens on loopback; port 0 (default) is a free one. Sends what is due. */
  start(options?: { readonly port?: number; readonly host?: string }): Promise<Listening>
  /** Starts no more attempts, waits for those under way, and closes. */
  close(): Promise<void>
}

const day = 24 * 60 * 60 * 1000

const isVirtual = (clock: Clock | VirtualClock): clock is VirtualClock => 'moveTo' in clock

const logToConsole = (error: unknown): void => console.error('[sender]', error)

/**
 * Makes a reference sender. It listens nowhere before `start`.
 *
 * @throws WebhookConfigurationError for an option that cannot work
 *
 * @example
 * const sender = createSender({ apiKey: 'test', allowPrivateTargets: true, clock: virtualClock() })
 * const { url } = await sender.start()
 */
export const createSender = (options: SenderOptions): Sender => {
  const clock = options.clock ?? systemClock
  const random = seededRandom(options.seed ?? randomInt(2 ** 32))
  const onError = options.onError ?? logToConsole
  const data = options.data ?? ':memory:'
  const db = openDatabase(data === ':memory:' ? data : join(data, 'sender.db'))
  const addressRule = { allowPrivateTargets: options.allowPrivateTargets ?? false }
  const happenings = new EventEmitter<{ happening: [name: string, data: unknown] }>()
  happenings.setMaxListeners(0)

  const dispatcher = createDispatcher({
    db,
    clock,
    random,
    concurrency: options.concurrency ?? 50,
    timeoutMs: options.timeoutMs ?? 30_000,
    lookup: guardedLookup(addressRule),
    onAttempt: (delivery, attempt) => {
      if (happenings.listenerCount('happening') === 0) return
      happenings.emit('happening', 'attempt', {
        delivery: deliveryView(delivery, () => false),
        attempt: attemptView({ ...attempt, seq: 0 }),
      })
    },
    onError,
  })

  const advance = async (ms: number): Promise<void> => {
    if (!isVirtual(clock)) throw new Error('advance needs a virtual clock')
    const target = clock.now() + ms
    for (;;) {
      const next = await dispatcher.idle()
      if (next === undefined || next > target) break
      clock.moveTo(next)
    }
    clock.moveTo(target)
    await dispatcher.idle()
  }

  const api: ApiContext = {
    db,
    clock,
    random,
    dispatcher,
    addressRule,
    defaultRetry: options.retry ?? retryPresets.standard,
    maxWebhooks: options.maxWebhooks ?? 100,
    advance: isVirtual(clock) ? advance : undefined,
  }
  const app = createApp(api, {
    apiKey: options.apiKey,
    rateLimit: options.apiRateLimit ?? { requests: 1000, perSeconds: 10 },
    dev: options.dev ?? false,
    onError,
    follow: (tell) => {
      happenings.on('happening', tell)
      return () => happenings.off('happening', tell)
    },
  })

  let server: Server | undefined
  dropOldBodies(db, clock.now() - (options.keepBodiesDays ?? 30) * day)
  return {
    fetch: (request) => app.fetch(request),
    emit: (input) => {
      const emitted = emit(db, input, clock.now(), random)
      dispatcher.wake()
      return emitted
    },
    idle: async () => {
      await dispatcher.idle()
    },
    advance,
    start: ({ port = 0, host = '127.0.0.1' } = {}) =>
      new Promise((resolve, reject) => {
        server = serve({ fetch: app.fetch, port, hostname: host }, (address: AddressInfo) => {
          dispatcher.wake()
          resolve({ url: `http://${host}:${address.port}${basePath}`, port: address.port })
        }) as Server
        server.on('error', reject)
      }),
    close: async () => {
      await dispatcher.stop()
      await new Promise<void>((resolve) => {
        if (server === undefined) return resolve()
        server.close(() => resolve())
        server.closeAllConnections()
      })
      db.close()
    },
  }
}
