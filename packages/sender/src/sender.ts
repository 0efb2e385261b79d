import { randomInt } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  attemptView,
  deliveryView,
  limits,
  type RetrySchedule,
  retryPresets,
} from '@ainexlayer/webhooks-contract'
import { serve } from '@hono/node-server'
import type { ApiRateLimit } from './api/access.ts'
import type { ApiContext } from './api/context.ts'
import { basePath, createApp } from './app/app.ts'
import { type Clock, systemClock } from './delivery/clock.ts'
import { guardedLookup } from './delivery/guarded-lookup.ts'
import type { VirtualClock } from './delivery/virtual-clock.ts'
import { createDispatcher } from './dispatch/dispatcher.ts'
import { type EmitInput, type Emitted, emit } from './dispatch/emit.ts'
import { seededRandom } from './faults/seeded-random.ts'
import { openDatabase } from './store/database.ts'
import { endInterruptedTests } from './store/delivery-rows.ts'
import { dropOldBodies } from './store/event-rows.ts'

/** Options of {@link createSender}. */
export interface SenderOptions {
  /** The key of the API, sent as `Authorization: Bearer …`. */
  readonly apiKey: string
  /** A folder for the state, or `:memory:` (default), which a restart loses. */
  readonly data?: string
  /** Whether webhooks may use plain http, loopback and private addresses: for development and tests only; default false. */
  readonly allowPrivateTargets?: boolean
  /** Whether to serve `/dev/*`, and to apply the faults of emitted events; default false. */
  readonly dev?: boolean
  /** The retry schedule of webhooks that do not set one; default `retryPresets.standard`. */
  readonly retry?: RetrySchedule
  /** How many attempts may be under way at once, over all endpoints; default 50. */
  readonly concurrency?: number
  /** Milliseconds for one attempt, to the end of the answer; default 30 000, as the platform's page says. */
  readonly timeoutMs?: number
  /** How many webhooks there may be; default 100. */
  readonly maxWebhooks?: number
  /** How many requests the API takes; default 1000 in 10 seconds. */
  readonly apiRateLimit?: ApiRateLimit
  /** Days for which the bytes of events are kept, for redelivery; default 30. */
  readonly keepBodiesDays?: number
  /** Default: the real clock. A `virtualClock` is advanced by `advance` and `POST /dev/clock`. */
  readonly clock?: Clock | VirtualClock
  /** The seed of jitter and faults, for runs that are the same; default: a random one. */
  readonly seed?: number
  /** Called with each unexpected error of the sender; default: the console. */
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
  /** Emits an event, as `POST /events` does. Throws a {@link Problem} for an event that it refuses. */
  emit(input: EmitInput): Emitted
  /** Resolves when no attempt is under way and none may start now: what is left is due later. */
  idle(): Promise<void>
  /** Advances a virtual clock by `ms`, and makes every attempt that falls due on the way. */
  advance(ms: number): Promise<void>
  /** Listens on `host` (default loopback) and `port` (default 0, a free one), and starts to send. */
  start(options?: { readonly port?: number; readonly host?: string }): Promise<Listening>
  /** Starts no more attempts, waits for those that are under way, and closes. */
  close(): Promise<void>
}

const day = 24 * 60 * 60 * 1000

const isVirtual = (clock: Clock | VirtualClock): clock is VirtualClock => 'moveTo' in clock

const logToConsole = (error: unknown): void => console.error('[sender]', error)

/**
 * Creates a reference sender. It does not listen before `start`.
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
  const stream = new EventEmitter<{ message: [name: string, data: unknown] }>()
  stream.setMaxListeners(0)

  const dispatcher = createDispatcher({
    db,
    clock,
    random,
    concurrency: options.concurrency ?? 50,
    timeoutMs: options.timeoutMs ?? 30_000,
    lookup: guardedLookup(addressRule),
    onAttempt: (delivery, attempt) => {
      if (stream.listenerCount('message') === 0) return
      stream.emit('message', 'attempt', {
        delivery: deliveryView(delivery, false),
        attempt: attemptView({ ...attempt, seq: 0 }),
      })
    },
    onError,
  })

  const advance = async (ms: number): Promise<void> => {
    if (!isVirtual(clock))
      throw new Error('`advance` needs a virtual clock: pass `clock: virtualClock()`.')
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
    maxWebhooks: options.maxWebhooks ?? limits.webhooksDefault,
    advance: isVirtual(clock) ? advance : undefined,
  }
  const app = createApp(api, {
    apiKey: options.apiKey,
    rateLimit: options.apiRateLimit ?? { requests: 1000, perSeconds: 10 },
    dev: options.dev ?? false,
    onError,
    subscribe: (listener) => {
      stream.on('message', listener)
      return () => stream.off('message', listener)
    },
  })

  let server: Server | undefined
  endInterruptedTests(db, clock.now())
  dropOldBodies(db, clock.now() - (options.keepBodiesDays ?? 30) * day)
  return {
    fetch: (request) => app.fetch(request),
    emit: (input) => {
      const emitted = emit({ db, now: clock.now(), random, dev: options.dev ?? false }, input)
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
