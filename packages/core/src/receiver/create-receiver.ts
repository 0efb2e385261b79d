import { isWebhookError } from '../errors.ts'
import type { AinexlayerEvents, EventCatalog } from '../events/catalog.ts'
import type { EventPattern, VerifiedEvent } from '../events/event-of.ts'
import { type Answer, answer, type Outcome } from '../pipeline/outcome.ts'
import { refuseInvalid } from '../pipeline/refuse.ts'
import type { IncomingRequest } from '../pipeline/request.ts'
import { admit, type RefusedEvidence, runPipeline } from '../pipeline/run-pipeline.ts'
import { runJob, type WorkOptions } from '../queue/run-job.ts'
import type { VerifyInput } from '../verify/options.ts'
import { asVerified, eventOrThrow, type VerifyResult, verifyEvent } from '../verify/safe-verify.ts'
import type { ReceiverConfig } from './config.ts'
import { diagnoserOf } from './diagnoser.ts'
import { fetchHandler, type WaitUntilContext } from './fetch.ts'
import type { Handler, InvalidHandler, Run, UnknownHandler } from './handlers.ts'
import { callHooks } from './hooks.ts'
import type { ReceiverOptions } from './options.ts'
import { outcomeLog } from './outcome-log.ts'
import { resolveOptions, warnOfMemoryStore } from './resolve-options.ts'

/** What `handle` answers: the outcome for you, and the HTTP answer for the sender. */
export type HandleResult = Outcome & Answer

/** What `verifyRequest` answers: a genuine event, or the outcome and the HTTP answer of a refusal. */
export type VerifyRequestResult<Catalog extends EventCatalog = AinexlayerEvents> =
  | { readonly ok: true; readonly event: VerifiedEvent<Catalog>; readonly rawBody: Uint8Array }
  | ({ readonly ok: false } & HandleResult)

/** Receives webhooks: verified over bytes, validated, handled once. Made by {@link createReceiver}. */
export interface Receiver<Catalog extends EventCatalog = AinexlayerEvents, Tx = undefined> {
  /**
   * Registers a handler for a type, a list of types, a `prefix.*` or `*` (every event of the catalog).
   * Several handlers of one event run one after another in the order of registration.
   *
   * @throws WebhookConfigurationError `event_unknown` for a name that the catalog does not have,
   * `registration_closed` after the first delivery
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
  fetch(request: Request, env?: unknown, context?: WaitUntilContext): Promise<Response>
  /**
   * Runs the handlers on a job that a `dispatch` made, in a worker of a queue: the event is decoded and
   * validated again, claimed in the store and settled. The handlers have `maxRunMs` instead of
   * `deadlineMs`, and `ctx.job`. Never throws; a malformed job is `failed`, `misconfigured`.
   *
   * @example
   * const verdict = jobVerdict(await receiver.work(job.data))
   */
  work(data: unknown, options?: WorkOptions): Promise<Outcome>
}

const asList = (patterns: string | readonly string[]): readonly string[] =>
  typeof patterns === 'string' ? [patterns] : patterns

const unexpected = (error: unknown): Outcome =>
  isWebhookError(error)
    ? { outcome: 'failed', code: 'misconfigured', reason: error.code, note: error.message, error }
    : { outcome: 'failed', code: 'misconfigured', note: 'An option of the receiver threw.', error }

/** A request that was judged, and when it came. */
interface Judged {
  readonly request: IncomingRequest
  readonly startedAt: number
  readonly evidence: RefusedEvidence | undefined
}

/** What the log and the hooks are told beside an outcome. */
interface Told {
  readonly startedAt: number
  readonly request?: Pick<IncomingRequest, 'remoteAddress'>
}

/** Tells the log and the hooks of an outcome. */
const tellOf = (config: ReceiverConfig) => {
  const log = outcomeLog(config.logger, config.now)
  return (outcome: Outcome, { startedAt, request }: Told): void => {
    log(outcome)
    if (config.hooks.length === 0) return
    const remoteAddress = request?.remoteAddress
    const info = { durationMs: performance.now() - startedAt, remoteAddress }
    callHooks(config.hooks, outcome, info, config.logger)
  }
}

/** Adds the answer to an outcome; it waits for neither the log nor the hooks. */
const reportTo = (config: ReceiverConfig, tell: ReturnType<typeof tellOf>) => {
  const diagnoser = config.diagnose ? diagnoserOf(config) : undefined
  return (outcome: Outcome, judged: Judged): HandleResult => {
    const { request, evidence } = judged
    if (diagnoser === undefined || evidence === undefined || outcome.outcome !== 'rejected') {
      tell(outcome, judged)
    } else {
      const told = diagnoser(request, evidence.rawBody).then((diagnosis) =>
        tell(diagnosis === undefined ? outcome : { ...outcome, diagnosis }, judged),
      )
      request.waitUntil?.(told)
    }
    // Not `{ ...outcome, ...answer }`: V8 takes microseconds for a spread that adds fields to another object's.
    return Object.assign({}, outcome, answer(outcome))
  }
}

/**
 * Makes a receiver: add handlers with `on`, then mount it with a framework's adapter or `fetch`.
 *
 * @throws WebhookConfigurationError for a secret or an option that cannot work
 *
 * @example
 * const receiver = createReceiver({ secret: process.env.AINEXLAYER_WEBHOOK_SECRET })
 * receiver.on('chat.message', async (event) => notify(event.data.workspaceId, event.data.content))
 */
export const createReceiver = <
  const Catalog extends EventCatalog = AinexlayerEvents,
  Tx = undefined,
>(
  options: ReceiverOptions<Catalog, Tx>,
): Receiver<Catalog, Tx> => {
  const config = resolveOptions(options)
  const tell = tellOf(config)
  const report = reportTo(config, tell)
  const handle = async (request: IncomingRequest): Promise<HandleResult> => {
    const startedAt = performance.now()
    config.handlers.close()
    let evidence: RefusedEvidence | undefined
    let outcome: Outcome
    try {
      outcome = await runPipeline(config, request, (refused) => {
        evidence = refused
      })
    } catch (error) {
      outcome = unexpected(error)
    }
    return report(outcome, { request, startedAt, evidence })
  }
  const verifyRequest = async (request: IncomingRequest): Promise<VerifyRequestResult<Catalog>> => {
    const startedAt = performance.now()
    let evidence: RefusedEvidence | undefined
    const admitted = await admit(config, request, (refused) => {
      evidence = refused
    }).catch(unexpected)
    const judged = { request, startedAt, evidence }
    if (!('admitted' in admitted)) return { ok: false, ...report(admitted, judged) }
    const { delivery, validation } = admitted
    const { event, rawBody } = delivery
    if (validation.kind === 'invalid') {
      return { ok: false, ...report(refuseInvalid(event, validation.issues), judged) }
    }
    return { ok: true, event: asVerified<Catalog>(event), rawBody }
  }
  // The deadline is there because a sender does not wait; a queue does.
  const workerConfig = { ...config, deadlineMs: config.maxRunMs }
  let working = false
  const work = async (data: unknown, workOptions: WorkOptions = {}): Promise<Outcome> => {
    const startedAt = performance.now()
    config.handlers.close()
    // A receiver with a `dispatch` was not warned when it was made: only its workers need the store.
    if (!working && options.store === undefined && options.dispatch !== undefined) {
      warnOfMemoryStore(config.logger)
    }
    working = true
    const outcome = await runJob(workerConfig, data, workOptions).catch(unexpected)
    tell(outcome, { startedAt })
    return outcome
  }
  const safeVerify = (input: VerifyInput): Promise<VerifyResult<Catalog>> =>
    verifyEvent(config, config.schemas, input)
  const receiver: Receiver<Catalog, Tx> = {
    on: (patterns, handler) => {
      // The registry calls it only with events that the schema of a matching type let through.
      config.handlers.add(asList(patterns), handler as Run)
      return receiver
    },
    onUnknown: (handler) => {
      config.handlers.addUnknown(handler as Run)
      return receiver
    },
    onInvalid: (handler) => {
      config.handlers.addInvalid(handler as InvalidHandler<unknown>)
      return receiver
    },
    verify: async (input) => eventOrThrow(await safeVerify(input)),
    safeVerify,
    verifyRequest,
    handle,
    fetch: fetchHandler(handle),
    work,
  }
  return receiver
}
