import { DELIVERY_ERRORS, isWebhookError, WebhookError } from '../errors.ts'

/**
 * What can be wrong with the database of a store, a parking place or a queue: the `reason` of `store_unavailable` and
 * `queue_unavailable`, for the log and for hooks.
 */
export const STORAGE_PROBLEMS = {
  unreachable: {
    message: 'it cannot be reached.',
    fix: 'Check that it runs, the address and the password that the client is given, and what its `error` events say; a client that was closed takes no more calls.',
  },
  no_answer: {
    message: 'it did not answer in time.',
    fix: 'Check that it runs and can be reached, and what keeps it busy: many clients wait for a connection without an error.',
  },
  login_refused: {
    message: 'it refused the login.',
    fix: 'Check the user, the password and the name of the database that the client is given.',
  },
  table_missing: {
    message: 'the table does not exist.',
    fix: 'Call `await store.migrate()` (of a parking place, its own `migrate()`; of a queue, its `start()`) before the first delivery, or check the `table` option and the schema.',
  },
  schema_outdated: {
    message: 'what is stored there does not have the form that this version needs.',
    fix: 'Look for the table in the changelog, and create it anew with `migrate()`; or give the store a table or a prefix of its own.',
  },
  permission_denied: {
    message: 'the user of the client may not do this.',
    fix: 'Grant it SELECT, INSERT, UPDATE and DELETE on the table; on Redis, EVAL, EVALSHA and the commands for hashes on the keys of the prefix.',
  },
  out_of_room: {
    message: 'it has no room left.',
    fix: 'Free memory or disk, or raise the limit (`maxmemory` of Redis); nothing is lost meanwhile, as the sender retries.',
  },
  read_only: {
    message: 'it takes no writes.',
    fix: 'Point the client at the primary and not at a replica; for a file, check the rights of the file and its folder.',
  },
  busy: {
    message: 'it has no connection or lock to give at the moment.',
    fix: 'Use fewer connections or allow more of them; for a file, set `PRAGMA busy_timeout` and keep transactions short.',
  },
} as const

/** A stable code for what is wrong with a database. */
export type StorageProblem = keyof typeof STORAGE_PROBLEMS

/** What is known of a database that failed. */
export interface StorageErrorOptions extends ErrorOptions {
  /** What is wrong with it. */
  readonly reason?: StorageProblem
  /** How to mend that, in one sentence; default: to look at it. */
  readonly fix?: string
}

/**
 * Thrown by an idempotency store that did not answer or is full; the receiver answers 503 so that
 * the sender retries. A conflict is never an error: it is a value of `ClaimOutcome`.
 */
export class StoreUnavailableError extends WebhookError {
  override readonly name = 'StoreUnavailableError'
  declare readonly code: 'store_unavailable'
  /** What is wrong with the database, as far as it is known. */
  readonly reason: StorageProblem | undefined

  constructor(note: string, options: StorageErrorOptions = {}) {
    const { message, fix } = DELIVERY_ERRORS.store_unavailable
    super('store_unavailable', `${message} ${note}`, options.fix ?? fix, options)
    this.reason = options.reason
  }
}

/** Thrown by a `dispatch` whose queue did not confirm; the receiver answers 503 so that the sender retries. */
export class QueueUnavailableError extends WebhookError {
  override readonly name = 'QueueUnavailableError'
  declare readonly code: 'queue_unavailable'
  /** What is wrong with the database of the queue, as far as it is known. */
  readonly reason: StorageProblem | undefined

  constructor(note: string, options: StorageErrorOptions = {}) {
    const { message, fix } = DELIVERY_ERRORS.queue_unavailable
    super('queue_unavailable', `${message} ${note}`, options.fix ?? fix, options)
    this.reason = options.reason
  }
}

/** What is wrong with a database, as the error of its store or its queue tells it; undefined where it does not. */
export const reasonIn = (error: unknown): string | undefined => {
  try {
    return isWebhookError(error) && 'reason' in error && typeof error.reason === 'string'
      ? error.reason
      : undefined
  } catch {
    // It is no error of ours: a proxy that throws.
    return undefined
  }
}
