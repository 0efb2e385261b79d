import { LimitedLog } from '../delivery/limited-log.ts'
import { consoleLogger } from '../delivery/logger.ts'

/** Tells of a load that failed, to the user's function, else to the console once a minute. Never throws. */
export const staleSecretTeller = (
  onError: ((error: unknown) => void) | undefined,
): ((error: unknown) => void) => {
  const limited = new LimitedLog(consoleLogger)
  return (error) => {
    try {
      if (onError !== undefined) onError(error)
      else {
        limited.write('warn', 'secret', () => [
          { err: error },
          'the secret could not be loaded: the one of before goes on being used',
        ])
      }
    } catch {
      // It is told; what is done with it is not ours.
    }
  }
}
