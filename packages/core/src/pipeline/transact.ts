import type { Deadline } from '../async/deadline.ts'
import { LazyAbort } from '../async/lazy-abort.ts'
import { timedOut } from '../async/timer.ts'
import type { GenuineDelivery, Source } from '../delivery/delivery.ts'
import type { RegisteredHandler } from '../delivery/handlers.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { verdictOf } from '../delivery/verdicts.ts'
import { ERRORS, WebhookError } from '../errors.ts'
import { eventKey } from '../idempotency/event-key.ts'
import { StoreUnavailableError } from '../idempotency/storage-errors.ts'
import type { TransactionalStore, TransactionOutcome } from '../idempotency/transactional-store.ts'
import { callStore } from './call-store.ts'
import { unavailable } from './claim.ts'
import type { ReceiverConfig } from './config.ts'
import { deadlineExceeded, endLate, type WaitingStep } from './deadline-exceeded.ts'
import { parkDelivery } from './park.ts'
import { mayDiffer } from './reused-id.ts'
import { contextOf, type RunResult, runInOrder } from './run-handlers.ts'
import { failureOutcome } from './settle.ts'

/** The error for a transaction that its handlers broke; what they threw, or what the database said, is its cause. */
const brokenTransaction = (ran: RunResult, refusal: unknown): WebhookError => {
  const { message, fix } = ERRORS.transaction_broken
  const cause = ran.ok ? refusal : ran.error
  return new WebhookError('transaction_broken', message, fix, cause === undefined ? {} : { cause })
}

/** A store that says something else than what was asked for: what it has recorded is unknown. */
const misanswered = (store: TransactionalStore<unknown>, kind: string): never => {
  throw new StoreUnavailableError(
    `The store ${store.name} answered \`${kind}\` to another request.`,
  )
}

/** The keys of each store whose events are being parked in this process: the store does not hold them meanwhile. */
const parking = new WeakMap<object, Set<string>>()

const parkingIn = (store: object): Set<string> => {
  const keys = parking.get(store) ?? new Set()
  parking.set(store, keys)
  return keys
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
  const parkingKeys = parkingIn(store)
  const { key } = about
  if (parkingKeys.has(key)) return { outcome: 'in_flight', event, retryAfterSeconds: 1 }
  let holds = false
  // In a transaction that holds nothing else.
  const record = () =>
    callStore(config, store, 'transact', () =>
      store.transact(about, async () => ({ commit: true, value: undefined })),
    )

  const attempt = async () => callStore(config, store, 'transact', transacting)
  const transacting = () =>
    store.transact(about, async (tx, given) => {
      given.addEventListener('abort', () => stopping.abort(given.reason), { once: true })
      step = 'handlers'
      const ctx = contextOf(config, delivery, source, {
        run: 1,
        signal: () => stopping.signal(),
        tx,
      })
      const value = await runInOrder(config, handlers, delivery, ctx)
      if (!value.ok && config.park !== undefined && verdictOf(value.error).kind === 'permanent') {
        // Before the store frees the key: a duplicate must not run what is being parked.
        holds = true
        parkingKeys.add(key)
      }
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
        const error = brokenTransaction(ran.value, ran.error)
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
    const { value } = ran
    if (ran.kind === 'committed' && value.ok) return { outcome: 'processed', event, run: 1 }
    if (ran.kind !== 'rolled_back' || value.ok) return misanswered(store, ran.kind)
    const { error } = value
    step = 'parking'
    let recorded: TransactionOutcome<undefined> | undefined
    const parked =
      verdictOf(error).kind === 'permanent'
        ? await parkDelivery(config, delivery, error, async () => {
            recorded = await record()
          })
        : undefined
    if (parked === undefined) return failureOutcome(event, error, 1)
    return recordedAs(recorded, parked)
  }

  /** Another process may have handled the event while it was parked: then it is answered as what that made of it. */
  const recordedAs = async (
    recorded: TransactionOutcome<undefined> | undefined,
    parked: Outcome,
  ): Promise<Outcome> => {
    switch (recorded?.kind) {
      case 'committed':
        return parked
      case 'in_flight':
      case 'done':
      case 'timed_out':
        return settled(recorded)
      default:
        return misanswered(store, String(recorded?.kind))
    }
  }

  const running = attempt()
    .then(settled)
    .catch((error: unknown) => unavailable(config, event, error))
    .finally(() => {
      if (holds) parkingKeys.delete(key)
    })
  const outcome = await deadline.wait(running)
  if (outcome !== timedOut) return outcome
  stopping.abort(deadline.reason())
  endLate(config, running, deadline, source, event)
  return deadlineExceeded(config, deadline, step, event)
}
