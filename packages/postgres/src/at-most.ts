import { StoreUnavailableError } from '@ainexlayer/webhooks'
import { runLimit } from '@ainexlayer/webhooks/store'

/**
 * Waits for `work`, but no longer than `ms`.
 *
 * @param what - what is waited for, in words
 */
export const atMost = async <Value>(
  ms: number,
  what: string,
  work: PromiseLike<Value>,
): Promise<Value> => {
  const limit = runLimit(ms)
  try {
    return await limit.wait(work)
  } catch (error) {
    if (!limit.timedOut) throw error
    throw new StoreUnavailableError(`Postgres: ${what} took longer than ${ms} ms.`, {
      reason: 'no_answer',
    })
  } finally {
    limit.end()
  }
}
