import { StoreUnavailableError } from '@ainexlayer/webhooks'

/** Runs what talks to the database; what it throws (busy, full, read-only) makes the store unavailable. */
export const answering = <Value>(run: () => Value): Value => {
  try {
    return run()
  } catch (error) {
    throw new StoreUnavailableError('SQLite refused the statement.', { cause: error })
  }
}
