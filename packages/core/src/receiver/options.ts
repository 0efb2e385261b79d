import type { ChannelListener } from '../delivery/channel-messages.ts'
import type { Dispatch, Park } from '../delivery/delivery.ts'
import type { Hooks } from '../delivery/hooks.ts'
import type { Logger } from '../delivery/logger.ts'
import type { AinexlayerEvents, EventCatalog } from '../events/catalog.ts'
import type { AnyEvent } from '../events/event-of.ts'
import type { IdempotencyStore } from '../idempotency/store.ts'
import type { TransactionalStore } from '../idempotency/transactional-store.ts'
import type { AllowAddress } from '../pipeline/allow-address.ts'
import type { Limiter, LimiterOptions, Throttle } from '../pipeline/throttle.ts'
import type { Profile } from '../signature/profiles/profile.ts'
import type { SecretSource } from '../signature/secrets.ts'

/** The options of `createReceiver`. */
export interface ReceiverOptions<
  Catalog extends EventCatalog = AinexlayerEvents,
  Tx = undefined,
  Env = unknown,
> {
  /** The signing secrets, or a function that finds them for a request. */
  readonly secret: SecretSource<Env>
  /** The wire, default `standardWebhooks()`. */
  readonly profile?: Profile
  /** How old or how far ahead a signed timestamp may be, in seconds; default 300. */
  readonly toleranceSeconds?: number
  /** Bytes; default 1 MiB. A larger body is answered 413. */
  readonly maxBodyBytes?: number
  /** Milliseconds for the whole body to arrive, within `deadlineMs`; default 10 000. */
  readonly readTimeoutMs?: number
  /**
   * How many bodies may be under way at a time; default 1000. Together they may hold the bytes of 64 bodies of
   * `maxBodyBytes`. What comes on top is answered 503, unless its body has arrived whole.
   */
  readonly maxBodiesInFlight?: number
  /**
   * Lets only these callers in (403), as a second line behind the signature: addresses and networks, such as
   * `['203.0.113.0/24', '2001:db8::/32']`. IPv4 counts as IPv4 even on a socket that listens to both versions.
   */
  readonly allowedAddresses?: readonly string[]
  /**
   * The same with a `net.BlockList` that lists the callers, or a function. It gets addresses in plain form. With
   * `allowedAddresses` both must let a caller in.
   */
  readonly allowAddress?: AllowAddress
  /**
   * How many proxies stand in front, or their addresses and networks: each has appended its caller to
   * `X-Forwarded-For`, and the first that is not trusted is the caller. Default: the address that the adapter gives, of
   * the socket where the framework is not told otherwise; the header alone is never believed.
   */
  readonly trustProxy?: number | readonly string[]
  /**
   * Answers 429 with Retry-After: a limiter of `rate-limiter-flexible` or of its shape, which counts failed
   * verifications by the caller's address (IPv6 by /64) and never holds up what is genuine; `{ limiter, count: 'all' }`
   * for a limit on all requests; or a function that is asked before a body is read.
   */
  readonly throttle?: Limiter | LimiterOptions | Throttle
  /** What a limiter that fails or does not answer does to a request: lets it through (`allow`, default) or answers 429 (`refuse`). */
  readonly onThrottleError?: 'allow' | 'refuse'
  /** The schemas by event type, default `ainexlayerEvents`. Any Standard Schema works. */
  readonly events?: Catalog
  /** What a genuine event without a handler gets: 200 (`ack`, default) or 422 (`reject`). */
  readonly unhandled?: 'ack' | 'reject'
  /**
   * Where handled events are remembered, default `memoryStore()`: one process, forgotten at a restart.
   * With a transactional store the handlers' own writes through `ctx.tx` happen exactly once.
   */
  readonly store?: IdempotencyStore | TransactionalStore<Tx>
  /**
   * The name of this service, the same in all of its processes: 1 to 64 letters, digits, `_` or `-`. All webhooks of one
   * event share its id, so two services under one name would lose each other's events as duplicates. Required with
   * `dispatch`, `park` and every store but `memoryStore()`; default `default`.
   */
  readonly endpoint?: string
  /** Milliseconds after which a crashed process loses its claim; renewed while handlers run; default 60 000. */
  readonly leaseMs?: number
  /** Milliseconds for which a handled event is remembered; default 7 days. Keep it above the sender's last retry; never below `leaseMs` or `maxRunMs`. */
  readonly retentionMs?: number
  /** Milliseconds after which a handler that never ends loses its claim, or its transaction; default 300 000. */
  readonly maxRunMs?: number
  /** After so many runs that did not finish, the event is parked unrun. A `RetryLater` counts as well. Needs `park`; default: no limit. */
  readonly maxRuns?: number
  /** Milliseconds for one call to the store, which is then sent once more; default 1000. */
  readonly storeTimeoutMs?: number
  /** A store that is down: answer 503 (`fail-closed`, default) or run without it (`fail-open`). */
  readonly onStoreError?: 'fail-closed' | 'fail-open'
  /**
   * An id that arrives again with other bytes: refuse it with 422 (`reject`, default), or count it as another attempt of
   * the same event, with a line in the log (`warn`) or without (`ignore`). For senders whose retries differ in a
   * counter or a time; `fingerprint` is the stricter way.
   */
  readonly onIdReused?: 'reject' | 'warn' | 'ignore'
  /**
   * What makes two deliveries of one id the same event, as a text; default the bytes of the body. Leave out what
   * differs between the sender's retries: `({ type, data }) => JSON.stringify([type, data])`.
   */
  readonly fingerprint?: (event: AnyEvent) => string
  /**
   * Hands the events that have handlers to a queue instead of running them here; answered 202. A
   * receiver without any handler hands over every event. The workers run them with `receiver.work`.
   */
  readonly dispatch?: Dispatch
  /**
   * More headers that a queued or parked delivery keeps, for `ctx.headers` in a worker. It always keeps the
   * profile's id and timestamp, `content-type`, `user-agent`, `traceparent` and `tracestate`, and nothing else.
   */
  readonly keepHeaders?: readonly string[]
  /** Milliseconds for the queue to confirm; default 2000. */
  readonly dispatchTimeoutMs?: number
  /** The parking place for deliveries that no retry can help. */
  readonly park?: Park
  /**
   * Milliseconds from the arrival of the request until its answer, all steps together; default 25 000, under the
   * platform's 30 s. When they are over, `ctx.signal` is aborted and 503 answered.
   */
  readonly deadlineMs?: number
  /**
   * Looks for the known mistake behind a refused signature and gives it to `onRejected` and the log, never to the
   * caller; default false. Limited, because anybody can cause it: one at a time per process, with a pause of a second or
   * more after each, bodies up to 64 KiB, at most 200 ms of computing that gives way.
   */
  readonly diagnose?: boolean
  /** Told of every outcome, in the given order: a function for each, and `onOutcome` for all. */
  readonly hooks?: Hooks | readonly Hooks[]
  /**
   * Hears of the start and the end of each delivery, claim, handler, settlement, hand-off and call to the store, for
   * traces and metrics: on runtimes without `node:diagnostics_channel`, or of this receiver alone.
   */
  readonly channels?: ChannelListener
  /**
   * pino, bunyan, winston, tslog, `console`, Fastify's `app.log` or any logger of their shape; default: warnings and
   * errors to the console, and infos unless `NODE_ENV` is `production` or `test`; in Fastify the app's logger, if it
   * has one. What handlers write to `ctx.log` is always written. A logger that throws does no harm.
   */
  readonly logger?: Logger
  /** The clock, unix milliseconds; default `Date.now`. */
  readonly now?: () => number
  /** 0 to 1, for the jitter of Retry-After; default `Math.random`. */
  readonly random?: () => number
}
