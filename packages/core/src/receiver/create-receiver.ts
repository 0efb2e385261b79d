import { Deadline } from '../async/deadline.ts'
import { isThenable } from '../async/thenable.ts'
import { stayingAlive, timedOut, within } from '../async/timer.ts'
import type { GenuineDelivery } from '../delivery/delivery.ts'
import type { InvalidHandler, RegisteredHandler } from '../delivery/handlers.ts'
import { glanceAtJob } from '../delivery/job.ts'
import { type HandleResult, type Outcome, refuseInvalid } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import { isWebhookError } from '../errors.ts'
import type { AinexlayerEvents, EventCatalog } from '../events/catalog.ts'
import { buildSchema } from '../events/event-schema.ts'
import { assertDuration } from '../idempotency/duration.ts'
import { admit } from '../pipeline/admit.ts'
import type { ReceiverConfig } from '../pipeline/config.ts'
import { runJob, type WorkOptions } from '../pipeline/run-job.ts'
import { type PipelineResult, runPipeline } from '../pipeline/run-pipeline.ts'
import type { VerifyInput } from '../verify/options.ts'
import {
  asVerified,
  eventOrThrow,
  failure,
  type VerifyFailure,
  type VerifyResult,
  verifyEvent,
} from '../verify/verify.ts'
import { fetchHandler } from '../web/fetch.ts'
import { healthOf } from './health.ts'
import type { ReceiverOptions } from './options.ts'
import type { Receiver, VerifyRequestResult } from './receiver.ts'
import { notifier, reporter } from './report.ts'
import { resolveOptions, warnOfMemoryStore } from './resolve-options.ts'
import { aboutDelivery, fillDelivery } from './trace-delivery.ts'

const isList = (patterns: string | readonly string[]): patterns is readonly string[] =>
  Array.isArray(patterns)

const asList = (patterns: string | readonly string[]): readonly string[] =>
  isList(patterns) ? patterns : [patterns]

/** The outcome when something of the user's threw that must not throw. */
const unexpected = (error: unknown): Outcome =>
  isWebhookError(error)
    ? { outcome: 'failed', code: 'misconfigured', reason: error.code, note: error.message, error }
    : { outcome: 'failed', code: 'misconfigured', note: 'An option of the receiver threw.', error }

/** The outcome for middleware that hands one event on. */
const severalEvents: Outcome = {
  outcome: 'failed',
  code: 'misconfigured',
  reason: 'several_events',
  note: 'With `splitBatch` a request can hold several events: use `webhookHandler` or `receiver.handle`.',
}

/** What `verifyRequest` found, before it is told. */
interface Opened extends PipelineResult {
  readonly delivery?: GenuineDelivery
}

const endedBy = (error: unknown): { outcome: Outcome; rawBody?: undefined } => ({
  outcome: unexpected(error),
})

/** What throws although nothing may is an outcome too. */
const orEnded = <Result extends PipelineResult>(
  work: () => Result | Promise<Result>,
): Result | PipelineResult | Promise<Result | PipelineResult> => {
  try {
    const working = work()
    return isThenable(working) ? working.then(undefined, endedBy) : working
  } catch (error) {
    return endedBy(error)
  }
}

/** The result of `safeVerify` when something of the user's did not answer. */
const unanswered = (ms: number): VerifyFailure =>
  failure({
    ok: false,
    code: 'misconfigured',
    note: `After ${ms} ms (\`deadlineMs\`) the \`secret\` function or a schema had not answered.`,
  })

/** How long after its deadline a job may take to say that it is over, in milliseconds. */
const stayMs = 1000

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
  Env = unknown,
>(
  options: ReceiverOptions<Catalog, Tx, Env>,
): Receiver<Catalog, Tx> => {
  const resolved = resolveOptions(options)
  const notify = notifier(resolved)
  const config: ReceiverConfig = {
    ...resolved,
    tellLate: (outcome, deadline, source) => notify(outcome, deadline, source, true),
  }
  const report = reporter(config, notify)
  const requestDeadline = ({ deadlineMs: ms }: IncomingRequest) =>
    ms !== undefined && ms < config.deadlineMs
      ? new Deadline(ms, 'the time that the runtime leaves')
      : new Deadline(config.deadlineMs, '`deadlineMs`')

  const { underWay, channels } = config

  const traced = <Result extends PipelineResult>(
    entrance: 'handle' | 'verify',
    { headers }: IncomingRequest,
    deadline: Deadline,
    work: () => Result | Promise<Result>,
  ): Result | Promise<Result> =>
    channels.delivery(
      () => aboutDelivery(config, entrance, headers, config.now()),
      work,
      (message, result) => fillDelivery(message, deadline, result),
    )

  const handle = async (request: IncomingRequest): Promise<HandleResult> => {
    const deadline = requestDeadline(request)
    underWay.begin(deadline)
    let result: PipelineResult
    try {
      const handling = traced('handle', request, deadline, () =>
        orEnded(() => runPipeline(config, request, deadline)),
      )
      result = isThenable(handling) ? await handling : handling
    } catch (error) {
      result = endedBy(error)
    }
    underWay.end(deadline)
    return report(result, request, deadline)
  }

  const open = async (request: IncomingRequest, deadline: Deadline): Promise<Opened> => {
    const admitted = await admit(config, request, deadline)
    if (admitted.outcome !== undefined) return admitted
    if (admitted.batch !== undefined) return { outcome: severalEvents }
    const { delivery, validation } = admitted
    const { event } = delivery
    return validation.kind === 'invalid'
      ? { outcome: refuseInvalid(event, validation.issues) }
      : { outcome: { outcome: 'verified', event }, delivery }
  }

  const verifyRequest = async (request: IncomingRequest): Promise<VerifyRequestResult<Catalog>> => {
    const deadline = requestDeadline(request)
    let opened: Opened
    try {
      opened = await traced('verify', request, deadline, () =>
        orEnded(() => open(request, deadline)),
      )
    } catch (error) {
      opened = endedBy(error)
    }
    const { outcome, delivery } = opened
    if (delivery === undefined) return { ok: false, ...report(opened, request, deadline) }
    notify(outcome, deadline, request)
    return { ok: true, event: asVerified<Catalog>(delivery.event), rawBody: delivery.rawBody }
  }

  let working = false
  const work = async (data: unknown, workOptions: WorkOptions = {}): Promise<Outcome> => {
    // The shorter deadline is there because a sender does not wait; a queue does.
    const deadline = new Deadline(config.maxRunMs, '`maxRunMs`')
    // A receiver with a `dispatch` was not warned when it was made: only its workers need the store.
    if (!working && options.store === undefined && options.dispatch !== undefined) {
      warnOfMemoryStore(config.logger)
    }
    working = true
    underWay.begin(deadline)
    const { job } = workOptions
    const { receivedAtMs, headers } = glanceAtJob(data)
    const running = channels.delivery(
      () => aboutDelivery(config, 'work', headers, receivedAtMs, job),
      () => runJob(config, data, workOptions, deadline).catch(unexpected),
      (message, result) => fillDelivery(message, deadline, { outcome: result }),
    )
    const outcome = await stayingAlive(config.maxRunMs + stayMs, Promise.resolve(running))
    underWay.end(deadline)
    notify(outcome, deadline, { inWorker: true, job, receivedAtMs })
    return outcome
  }
  const safeVerify = async (input: VerifyInput): Promise<VerifyResult<Catalog>> => {
    const { deadlineMs } = config
    const result = await within(deadlineMs, verifyEvent<Catalog>(config, input))
    return result === timedOut ? unanswered(deadlineMs) : result
  }
  const receiver: Receiver<Catalog, Tx> = {
    on: (patterns, handler) => {
      // The registry calls it only with events that the schema of a matching type let through.
      config.handlers.add(asList(patterns), handler as RegisteredHandler)
      // Those that are named: `*` would build the schemas of events that may never come.
      for (const type of asList(patterns)) buildSchema(config.schemas.get(type))
      return receiver
    },
    onUnknown: (handler) => {
      config.handlers.addUnknown(handler as RegisteredHandler)
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
    adoptLogger: config.adoptLogger,
    health: async (healthOptions = {}) => {
      assertDuration('timeoutMs', healthOptions.timeoutMs ?? 1000)
      return healthOf(config, healthOptions)
    },
    get inFlight() {
      return underWay.works.size
    },
    close: async ({ timeoutMs = 8000 } = {}) => {
      assertDuration('timeoutMs', timeoutMs)
      return { left: await underWay.close(timeoutMs) }
    },
  }
  return receiver
}
