import { StoreUnavailableError } from '@ainexlayer/webhooks'

/** Runs a database call. If it throws (busy, full, read-only), the store is unavailable. */
export const answering = <Value>(run: () => Value): Value => {
  try {
    return run()
  } catch (error) {
    throw new StoreUnavailableError('SQLite refused the statement.', { cause: error })
  }
}
