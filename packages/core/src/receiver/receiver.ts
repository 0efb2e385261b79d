import type { Handler, InvalidHandler, UnknownHandler } from '../delivery/handlers.ts'
import type { Logger } from '../delivery/logger.ts'
import type { HandleResult, Outcome } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import type { AinexlayerEvents, EventCatalog } from '../events/catalog.ts'
import type { EventPattern, VerifiedEvent } from '../events/event-of.ts'
import type { WorkOptions } from '../pipeline/run-job.ts'
import type { HeadersInput } from '../signature/headers.ts'
import type { VerifyInput } from '../verify/options.ts'
import type { VerifyResult } from '../verify/verify.ts'
import type { FetchHandler } from '../web/fetch.ts'

/** What `verifyRequest` gives: a genuine event, or the outcome and the HTTP answer of a refusal. */
export type VerifyRequestResult<Catalog extends EventCatalog = AinexlayerEvents> =
  | { readonly ok: true; readonly event: VerifiedEvent<Catalog>; readonly rawBody: Uint8Array }
  | ({ readonly ok: false } & HandleResult)

/** Options of `receiver.close`. */
export interface CloseOptions {
  /** Milliseconds that what is under way has to end; default 8000, because Docker kills a container after 10 s. */
  readonly timeoutMs?: number
}

/** What `receiver.close` tells. */
export interface CloseResult {
  /** The ids of the events whose handlers were still running; empty when all have ended. */
  readonly left: readonly string[]
}

/** Options of `receiver.health`. */
export interface HealthOptions {
  /** Milliseconds for store, queue and secrets to answer, which are asked at the same time; default 1000. */
  readonly timeoutMs?: number
  /** What a `secret` function gets; default no headers. */
  readonly headers?: HeadersInput
  /** The same: the bindings of a Worker. */
  readonly env?: unknown
}

/** How one thing is that a receiver needs. */
export interface HealthPart {
  readonly ok: boolean
  /** Milliseconds that the answer took. */
  readonly ms: number
  /** Why it is not: a code such as `unreachable` or `no_answer`, never what a database said. */
  readonly reason?: string
}

/** How a receiver is: plain data, with nothing in it that a public probe must not show. */
export interface Health {
  /** Whether a genuine delivery would be taken. */
  readonly ok: boolean
  readonly isClosing: boolean
  /** See `receiver.inFlight`. */
  readonly inFlight: number
  /** A store that is down leaves the receiver `ok` with `onStoreError: 'fail-open'`. A transactional one without `forget` cannot be asked, and counts as well. */
  readonly store: HealthPart & { readonly name: string }
  /** Whether there is a secret, within its window. A `secret` function is called. */
  readonly secret: HealthPart
  /** Only with `dispatch`; one without `ready` counts as well. */
  readonly queue?: HealthPart
}

/** Receives webhooks: verified over bytes, validated, handled once. Made by {@link createReceiver}. */
export interface Receiver<Catalog extends EventCatalog = AinexlayerEvents, Tx = undefined> {
  /**
   * Registers a handler for a type, a list of types, a `prefix.*` or `*` (every event of the catalog).
   * Several handlers of one event run one after another in the order of registration.
   *
   * @throws WebhookConfigurationError `event_unknown` for a name that the catalog does not have,
   * `registration_closed` after the first genuine delivery
   */
  on<const Pattern extends EventPattern<Catalog>>(
    pattern: Pattern | readonly Pattern[],
    handler: Handler<Pattern, Catalog, Tx>,
  ): Receiver<Catalog, Tx>
  /** Registers a handler for genuine events of a type that the catalog does not have. */
  onUnknown(handler: UnknownHandler<Tx>): Receiver<Catalog, Tx>
  /** Registers a handler for known events whose data does not fit the schema, instead of refusing them. */
  onInvalid(handler: InvalidHandler<Tx>): Receiver<Catalog, Tx>
  /** Verifies a request without handling it. @throws WebhookVerificationError with the code of what is wrong */
  verify(input: VerifyInput): Promise<VerifiedEvent<Catalog>>
  /** Verifies a request without handling it. Never throws. */
  safeVerify(input: VerifyInput): Promise<VerifyResult<Catalog>>
  /**
   * The pipeline up to the checked event, for an adapter's `verifyWebhook`: guard, read, verify, decode
   * and validate, without idempotency and without handlers. Never throws.
   */
  verifyRequest(request: IncomingRequest): Promise<VerifyRequestResult<Catalog>>
  /** The whole pipeline, as data in and data out. Never throws. */
  handle(request: IncomingRequest): Promise<HandleResult>
  /** The whole pipeline for runtimes with `Request` and `Response`; may be passed on without its object. */
  readonly fetch: FetchHandler
  /**
   * Runs the handlers on a job that a `dispatch` made, in a worker of a queue: the event is decoded and
   * validated again, claimed in the store and settled. The handlers have `maxRunMs` instead of
   * `deadlineMs`, and `ctx.job`. Never throws; a malformed job is `failed`, `misconfigured`.
   *
   * @example
   * const verdict = jobVerdict(await receiver.work(job.data))
   */
  work(data: unknown, options?: WorkOptions): Promise<Outcome>
  /**
   * Writes the log to a framework's logger from now on, unless `createReceiver` was given a `logger`. For adapters:
   * the Fastify plugins call it with the app's.
   */
  adoptLogger(logger: Logger): void
  /**
   * Asks store, queue and secrets whether deliveries would be taken, for a readiness probe. Changes nothing, and
   * rejects for a wrong `timeoutMs` alone.
   *
   * @example
   * app.get('/ready', async (_, response) => {
   *   const health = await receiver.health()
   *   response.status(health.ok ? 200 : 503).json(health)
   * })
   */
  health(options?: HealthOptions): Promise<Health>
  /** Deliveries and jobs under way, and what goes on after their deadlines. */
  readonly inFlight: number
  /**
   * Takes no more deliveries and jobs (503 `closing`, with Retry-After) and waits for those under way. After
   * `timeoutMs` they are answered 503, `ctx.signal` is aborted, and handlers have one more second to end. The claims of
   * those that do not are given back, so exit then: their events may run in another process. Call it before
   * the server and the store's client are closed, and together with a queue's worker.
   *
   * @example
   * process.once('SIGTERM', async () => {
   *   const { left } = await receiver.close({ timeoutMs: 8000 })
   *   if (left.length > 0) console.error('not finished', left)
   *   process.exit()
   * })
   */
  close(options?: CloseOptions): Promise<CloseResult>
}
