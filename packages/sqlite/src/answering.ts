import { StoreUnavailableError, storeUnavailable } from '@ainexlayer/webhooks/store'

/** The error for what the driver threw (busy, full, read-only): the store is unavailable. */
export const unavailable = (error: unknown): Error =>
  error instanceof StoreUnavailableError ? error : storeUnavailable('SQLite', error)

/** Whether somebody else holds the file or the handle: who asks next would wait as long, and fail the same way. */
export const isLocked = (error: unknown): boolean => {
  const told = unavailable(error)
  return told instanceof StoreUnavailableError && told.reason === 'busy'
}

/** Runs a database call. If it throws, the store is unavailable. */
export const answering = <Value>(run: () => Value): Value => {
  try {
    return run()
  } catch (error) {
    throw unavailable(error)
  }
}
