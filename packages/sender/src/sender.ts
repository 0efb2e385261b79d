import { randomBytes, randomInt } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { iso, limits, retryPresets } from '@ainexlayer/webhooks-contract'
import { serve } from '@hono/node-server'
import { isLoopback, ownCalls, refuseOtherHosts } from './api/access.ts'
import type { ApiContext } from './api/context.ts'
import { basePath, createApp } from './app/app.ts'
import { type Clock, systemClock } from './delivery/clock.ts'
import { guardedLookup } from './delivery/guarded-lookup.ts'
import type { VirtualClock } from './delivery/virtual-clock.ts'
import { createDispatcher } from './dispatch/dispatcher.ts'
import { type EmitInput, type Emitted, emit } from './dispatch/emit.ts'
import { type EmitResult, emitMany } from './dispatch/emit-many.ts'
import { SenderError } from './errors/sender-error.ts'
import { seededRandom } from './faults/seeded-random.ts'
import { lazyDashboard } from './lazy-dashboard.ts'
import { checkOptions, type SenderOptions } from './sender-options.ts'
import { openDatabase } from './store/database.ts'
import { endInterruptedTests } from './store/delivery-rows.ts'
import { groupCommit } from './store/group-commit.ts'
import { sweep } from './store/retention.ts'
import { inSteps } from './store/steps.ts'
import { createEventStream } from './stream/event-stream.ts'

/** Where a started sender listens. */
export interface Listening {
  /** `http://127.0.0.1:port/api/v1` */
  readonly url: string
  readonly port: number
  /** The link that opens the dashboard in a browser; undefined without the option, and on another host than loopback. */
  readonly dashboard?: string
}

/** The reference sender: the platform's webhook API, and deliveries that outlive a restart. */
export interface Sender {
  /** The API as a web-standard handler, for tests that need no port. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** Emits an event, as `POST /events` does. Throws a {@link Problem} for an event that it refuses. */
  emit(input: EmitInput): Emitted
  /**
   * Emits up to 100 events, each with its own result, in their order: one that is refused does not fail the others.
   * They are stored together, which is several times as fast as one by one. Resolves once all of them are stored;
   * rejects with a {@link Problem} for an empty list, or one that is too long.
   */
  emitMany(inputs: readonly EmitInput[]): Promise<EmitResult[]>
  /** Resolves when no attempt is under way and none may start now, and what is no longer kept is deleted. */
  idle(): Promise<void>
  /** Advances a virtual clock by `ms`, and makes every attempt that falls due on the way. */
  advance(ms: number): Promise<void>
  /**
   * Listens on `host` (default loopback) and `port` (default 0, a free one), and starts to send. On loopback it
   * answers only requests that name `localhost` or a loopback address as their host.
   */
  start(options?: { readonly port?: number; readonly host?: string }): Promise<Listening>
  /** Starts no more attempts, waits for those that are under way, and closes. */
  close(): Promise<void>
}

/** How often what is no longer kept is looked for, in milliseconds. */
const sweepEveryMs = 60_000

const isVirtual = (clock: Clock | VirtualClock): clock is VirtualClock => 'moveTo' in clock

const logToConsole = (error: unknown): void => console.error('[sender]', error)

/** An `onError` of the user's must not end the process. */
const guarded =
  (onError: (error: unknown) => void) =>
  (error: unknown): void => {
    try {
      onError(error)
    } catch (second) {
      logToConsole(second)
    }
  }

/**
 * Creates a reference sender. It does not listen before `start`.
 *
 * @throws SenderError option_invalid for an option that cannot work, data_in_use for a folder that another sender uses
 *
 * @example
 * const sender = createSender({ apiKey: 'test', allowPrivateTargets: true, clock: virtualClock() })
 * const { url } = await sender.start()
 */
export const createSender = (options: SenderOptions): Sender => {
  checkOptions(options)
  const clock = options.clock ?? systemClock
  const seed = options.seed ?? randomInt(2 ** 32)
  const random = seededRandom(seed)
  const onError = guarded(options.onError ?? logToConsole)
  const dev = options.dev ?? false
  const data = options.data ?? ':memory:'
  const db = openDatabase(data === ':memory:' ? data : join(data, 'sender.db'))
  const addressRule = { allowPrivateTargets: options.allowPrivateTargets ?? false }
  const lookup = guardedLookup(addressRule)
  const stream = createEventStream(randomBytes(6).toString('hex'), () => performance.now())
  const keep = {
    days: options.keepDays ?? 90,
    bodyDays: options.keepBodiesDays ?? 30,
    deliveries: options.keepDeliveries ?? 1_000_000,
  }

  const commit = groupCommit(db)
  const dispatcher = createDispatcher({
    db,
    commit,
    clock,
    random,
    concurrency: options.concurrency ?? 50,
    timeoutMs: options.timeoutMs ?? 30_000,
    lookup,
    ca: options.ca === undefined ? undefined : [options.ca].flat(),
    stream,
    onError,
  })

  let isClosed = false
  let sweeping: Promise<void> | undefined
  /** Two at a time would do the same work. */
  const sweepNow = (): Promise<void> => {
    sweeping ??= inSteps(until(sweep(db, keep, clock.now()), () => isClosed))
      .catch(onError)
      .finally(() => {
        sweeping = undefined
      })
    return sweeping
  }
  const sweeper = setInterval(() => void sweepNow(), sweepEveryMs)
  sweeper.unref()

  const advance = async (ms: number): Promise<void> => {
    if (!isVirtual(clock)) {
      throw new SenderError(
        'clock_is_real',
        '`advance` needs a virtual clock.',
        'Create the sender with `clock: virtualClock()`.',
      )
    }
    const target = clock.now() + ms
    for (;;) {
      const next = await dispatcher.idle()
      if (next === undefined || next > target) break
      clock.moveTo(next)
    }
    clock.moveTo(target)
    await dispatcher.idle()
    stream.publish('clock.moved', () => ({ now: iso(clock.now()) }))
    await sweepNow()
  }

  const api: ApiContext = {
    db,
    commit,
    clock,
    random,
    dispatcher,
    addressRule,
    lookup,
    stream,
    onError,
    dev,
    defaultRetry: options.retry ?? retryPresets.standard,
    maxWebhooks: options.maxWebhooks ?? limits.webhooksDefault,
    advance: isVirtual(clock) ? advance : undefined,
  }
  const app = createApp(api, {
    apiKey: options.apiKey,
    rateLimit: options.apiRateLimit ?? { requests: 1000, perSeconds: 10 },
    onError,
  })

  const dashboard =
    options.dashboard === true
      ? lazyDashboard({
          api,
          apiKey: options.apiKey,
          fetch: (request) => app.fetch(request, ownCalls),
          seed,
          onError,
        })
      : undefined
  const isApi = ({ url }: Request): boolean => new URL(url).pathname.startsWith(`${basePath}/`)

  let server: Server | undefined
  endInterruptedTests(db, clock.now())
  void sweepNow()
  return {
    fetch: (request) => app.fetch(request),
    emit: (input) => {
      const emitted = emit({ db, now: clock.now(), random, dev, stream }, input)
      dispatcher.wake()
      return emitted
    },
    emitMany: async (inputs) => {
      const results = await emitMany({ ...api, now: clock.now() }, inputs)
      dispatcher.wake()
      return results
    },
    idle: async () => {
      await sweepNow()
      await dispatcher.idle()
    },
    advance,
    start: ({ port = 0, host = '127.0.0.1' } = {}) =>
      new Promise((resolve, reject) => {
        const local = isLoopback(host) ? dashboard : undefined
        const answer = (request: Request) =>
          local === undefined || isApi(request) ? app.fetch(request) : local.fetch(request)
        const fetch = (request: Request) =>
          (isLoopback(host) ? refuseOtherHosts(request) : undefined) ?? answer(request)
        server = serve({ fetch, port, hostname: host }, (address: AddressInfo) => {
          dispatcher.wake()
          const name = host.includes(':') ? `[${host}]` : host
          const { port } = address
          const origin = `http://${name}:${port}`
          const link = local?.link(origin)
          resolve({
            url: `${origin}${basePath}`,
            port,
            ...(link !== undefined && { dashboard: link }),
          })
        }) as Server
        server.on('error', reject)
      }),
    close: async () => {
      if (isClosed) return
      isClosed = true
      clearInterval(sweeper)
      await dispatcher.stop()
      await sweeping
      await new Promise<void>((resolve) => {
        if (server === undefined) return resolve()
        server.close(() => resolve())
        server.closeAllConnections()
      })
      // What was added before is stored first.
      await commit.add(() => {}).catch(onError)
      db.close()
    },
  }
}

/** The work, until somebody says stop. */
function* until(work: Generator<unknown, void>, stop: () => boolean): Generator<unknown, void> {
  for (const piece of work) {
    if (stop()) return
    yield piece
  }
}
