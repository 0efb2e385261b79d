import { setTimeout as pause } from 'node:timers/promises'

/** Whether Postgres undid the work because of another transaction. */
export const isConflict = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  // serialization_failure, deadlock_detected
  (error.code === '40001' || error.code === '40P01')

/** How often work is tried that conflicts with other transactions. */
const tries = 10
/** The longest pause before the second try, in milliseconds; it grows with each. */
const firstPauseMs = 2

/**
 * Tries work again that Postgres undid because of another transaction, as it does where the default isolation is
 * `repeatable read` or `serializable`.
 *
 * @param mayRepeat - asked after a conflict
 */
export const retryingConflicts = async <Value>(
  work: () => Promise<Value>,
  mayRepeat: () => boolean = () => true,
): Promise<Value> => {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      if (tried === tries || !isConflict(error) || !mayRepeat()) throw error
      await pause(Math.random() * firstPauseMs * tried)
    }
  }
}
