import type { Deadline } from '../async/deadline.ts'
import { LazyAbort } from '../async/lazy-abort.ts'
import { timedOut } from '../async/timer.ts'
import type { GenuineDelivery, Source } from '../delivery/delivery.ts'
import type { RegisteredHandler } from '../delivery/handlers.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { verdictOf } from '../delivery/verdicts.ts'
import { ERRORS, WebhookError } from '../errors.ts'
import { eventKey } from '../idempotency/event-key.ts'
import type { TransactionalStore, TransactionOutcome } from '../idempotency/transactional-store.ts'
import { unavailable } from './claim.ts'
import type { ReceiverConfig } from './config.ts'
import { deadlineExceeded, endLate, type WaitingStep } from './deadline-exceeded.ts'
import { parkDelivery } from './park.ts'
import { mayDiffer } from './reused-id.ts'
import { contextOf, type RunResult, runInOrder } from './run-handlers.ts'
import { failureOutcome } from './settle.ts'

/** The error for a transaction that its handlers broke; what they threw is its cause. */
const brokenTransaction = (ran: RunResult): WebhookError => {
  const { message, fix } = ERRORS.transaction_broken
  return new WebhookError('transaction_broken', message, fix, ran.ok ? {} : { cause: ran.error })
}

/**
 * Steps 6 to 8 in one: the claim, the handlers' own writes through `ctx.tx` and the completion are
 * committed together or not at all. There is no lease: a crash rolls back, and so does `maxRunMs`.
 */
export const transact = async (
  config: ReceiverConfig,
  store: TransactionalStore<unknown>,
  handlers: readonly RegisteredHandler[],
  delivery: GenuineDelivery,
  fingerprint: string,
  source: Source,
  deadline: Deadline,
): Promise<Outcome> => {
  const { event, endpoint, scope } = delivery
  let step: WaitingStep = 'claim'
  const stopping = new LazyAbort()
  let about = {
    key: await eventKey({ endpoint, scope, id: event.id }),
    fingerprint,
    retentionMs: config.retentionMs,
    maxRunMs: config.maxRunMs,
  }
  // In a transaction that holds nothing else.
  const record = () => store.transact(about, async () => ({ commit: true, value: undefined }))

  const attempt = () =>
    store.transact(about, async (tx, given) => {
      given.addEventListener('abort', () => stopping.abort(given.reason), { once: true })
      step = 'handlers'
      const ctx = contextOf(config, delivery, source, {
        run: 1,
        signal: () => stopping.signal(),
        tx,
      })
      const value = await runInOrder(handlers, delivery, ctx)
      step = 'commit'
      return { commit: value.ok, value }
    })

  const settled = async (ran: TransactionOutcome<RunResult>): Promise<Outcome> => {
    switch (ran.kind) {
      case 'in_flight':
        return { outcome: 'in_flight', event, retryAfterSeconds: 1 }
      case 'released':
        if (about.fingerprint === ran.fingerprint || !mayDiffer(config, event)) {
          return { outcome: 'rejected', code: 'id_reused', event }
        }
        // Run under the fingerprint that the store has, as a retry with the same bytes is.
        about = { ...about, fingerprint: ran.fingerprint }
        return settled(await attempt())
      case 'done':
        return ran.fingerprint === fingerprint || mayDiffer(config, event)
          ? { outcome: 'duplicate', event }
          : { outcome: 'rejected', code: 'id_reused', event }
      case 'broken': {
        const error = brokenTransaction(ran.value)
        return { outcome: 'failed', code: 'transaction_broken', event, error }
      }
      case 'timed_out': {
        const { maxRunMs, logger } = config
        const message = `the handlers ran longer than maxRunMs (${maxRunMs} ms), and the transaction was rolled back`
        logger.error({ id: event.id, type: event.type, store: store.name }, message)
        // A run that hung should not come back immediately and hold a connection again.
        const retryAfterSeconds = Math.max(1, Math.ceil(config.leaseMs / 1000))
        const error = new Error(message)
        return {
          outcome: 'retry_later',
          code: 'deadline_exceeded',
          retryAfterSeconds,
          event,
          error,
        }
      }
    }
    if (ran.value.ok) return { outcome: 'processed', event, run: 1 }
    const { error } = ran.value
    step = 'parking'
    const parked =
      verdictOf(error).kind === 'permanent'
        ? await parkDelivery(config, delivery, error, record)
        : undefined
    return parked ?? failureOutcome(event, error)
  }

  const running = attempt()
    .then(settled)
    .catch((error: unknown) => unavailable(config, event, error))
  const outcome = await deadline.wait(running)
  if (outcome !== timedOut) return outcome
  stopping.abort(new Error(`the deadline of ${deadline.ms} ms has passed`))
  endLate(config, running, deadline, source)
  return deadlineExceeded(config, deadline, step, event)
}
