import type { Deadline } from '../async/deadline.ts'
import { LazyAbort } from '../async/lazy-abort.ts'
import { timedOut } from '../async/timer.ts'
import type { GenuineDelivery, Source } from '../delivery/delivery.ts'
import type { RegisteredHandler } from '../delivery/handlers.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { verdictOf } from '../delivery/verdicts.ts'
import { eventKey } from '../idempotency/event-key.ts'
import type { TransactionalStore, TransactionOutcome } from '../idempotency/transactional-store.ts'
import { unavailable } from './claim.ts'
import type { ReceiverConfig } from './config.ts'
import { deadlineExceeded, endLate, type WaitingStep } from './deadline-exceeded.ts'
import { parkDelivery } from './park.ts'
import { contextOf, type RunResult, runInOrder } from './run-handlers.ts'
import { failureOutcome } from './settle.ts'

/**
 * Steps 6 to 8 in one: the claim, the handlers' own writes through `ctx.tx` and the completion are
 * committed together or not at all. There is no lease: a crash rolls back.
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
  const about = {
    key: await eventKey({ endpoint, scope, id: event.id }),
    fingerprint,
    retentionMs: config.retentionMs,
  }
  // In a transaction that holds nothing else.
  const record = () => store.transact(about, async () => ({ commit: true, value: undefined }))

  const settled = async (ran: TransactionOutcome<RunResult>): Promise<Outcome> => {
    if (ran.kind === 'in_flight') return { outcome: 'in_flight', event, retryAfterSeconds: 1 }
    if (ran.kind === 'done') {
      return ran.fingerprint === fingerprint
        ? { outcome: 'duplicate', event }
        : { outcome: 'rejected', code: 'id_reused', event }
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

  const running = store
    .transact(about, async (tx) => {
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
    .then(settled)
    .catch((error: unknown) => unavailable(config, event, error))
  const outcome = await deadline.wait(running)
  if (outcome !== timedOut) return outcome
  stopping.abort(new Error(`the deadline of ${deadline.ms} ms has passed`))
  endLate(config, running, deadline, source)
  return deadlineExceeded(config, deadline, step, event)
}
