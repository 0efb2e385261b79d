import { StoreUnavailableError } from '../errors.ts'
import type { TransactionalStore, TransactionOutcome } from '../idempotency/transactional-store.ts'
import type { ReceiverConfig } from '../receiver/config.ts'
import type { Run } from '../receiver/handlers.ts'
import type { GenuineDelivery } from '../receiver/options.ts'
import { verdictOf } from '../receiver/verdicts.ts'
import { claimKey, unavailable } from './claim.ts'
import { contextOf, type RunResult, runInOrder } from './dispatch.ts'
import { LazyAbort } from './lazy-abort.ts'
import type { Outcome } from './outcome.ts'
import { failureOutcome, lateOutcome } from './settle.ts'
import type { Source } from './source.ts'
import { timedOut, within } from './timer.ts'

/** Keeps the delivery, then records it as handled in a transaction that holds nothing else. */
const park = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  error: unknown,
  record: () => Promise<unknown>,
): Promise<Outcome> => {
  const { event } = delivery
  if (config.park === undefined) return failureOutcome(event, error)
  try {
    await config.park(delivery, error)
    await record()
    return { outcome: 'parked', event, error }
  } catch (parking) {
    config.logger.error({ err: parking, id: event.id }, 'the parking place refused the delivery')
    return failureOutcome(event, error)
  }
}

/**
 * Steps 6 to 8 in one: the claim, the handlers' own writes through `ctx.tx` and the completion are
 * committed together or not at all. There is no lease: a crash rolls back.
 */
export const transact = async (
  config: ReceiverConfig,
  store: TransactionalStore<unknown>,
  runs: readonly Run[],
  delivery: GenuineDelivery,
  fingerprint: string,
  source: Source,
): Promise<Outcome> => {
  const { event } = delivery
  const stopping = new LazyAbort()
  const about = {
    key: await claimKey(config.endpoint, event.id),
    fingerprint,
    retentionMs: config.retentionMs,
  }
  const record = () => store.transact(about, async () => ({ commit: true, value: undefined }))

  const settled = async (ran: TransactionOutcome<RunResult>): Promise<Outcome> => {
    if (ran.kind === 'in_flight') return { outcome: 'in_flight', event, retryAfterSeconds: 1 }
    if (ran.kind === 'done') {
      return ran.fingerprint === fingerprint
        ? { outcome: 'duplicate', event }
        : { outcome: 'rejected', code: 'id_reused', event }
    }
    if (ran.value.ok) return { outcome: 'processed', event, attempt: 1 }
    const { error } = ran.value
    return verdictOf(error).kind === 'permanent'
      ? park(config, delivery, error, record)
      : failureOutcome(event, error)
  }

  const running = store
    .transact(about, async (tx) => {
      const ctx = contextOf(config, delivery, source, {
        attempt: 1,
        signal: () => stopping.signal(),
        tx,
      })
      const value = await runInOrder(runs, delivery, ctx)
      return { commit: value.ok, value }
    })
    .then(settled)
    .catch((error: unknown) =>
      unavailable(
        config,
        event,
        error instanceof StoreUnavailableError
          ? error
          : new StoreUnavailableError('The transaction failed.', { cause: error }),
      ),
    )
  const outcome = await within(config.deadlineMs, running)
  if (outcome !== timedOut) return outcome
  stopping.abort(new Error(`the deadline of ${config.deadlineMs} ms has passed`))
  source.waitUntil?.(running)
  return lateOutcome(config, event)
}
