import { storeUnavailable } from '@ainexlayer/webhooks/store'

/** Runs a database call. If it throws (busy, full, read-only), the store is unavailable. */
export const answering = <Value>(run: () => Value): Value => {
  try {
    return run()
  } catch (error) {
    throw storeUnavailable('SQLite', error)
  }
}
