import { isThenable } from '../async/thenable.ts'
import { textOf } from './root-cause.ts'

/**
 * Where a receiver writes its log: details first, then the sentence. pino takes it that way, and
 * `console` prints it legibly.
 */
export interface Logger {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

/** The default: warnings and errors to the console, nothing else. */
export const consoleLogger: Logger = {
  info: () => {},
  warn: (details, message) => console.warn(`[ainexlayer] ${message}`, details),
  error: (details, message) => console.error(`[ainexlayer] ${message}`, details),
}

/** Writes to a logger of the user's, which may throw or answer with a promise that fails. */
const safely = (write: () => unknown, onFailure: (error: unknown) => void): void => {
  try {
    const written = write()
    if (isThenable(written)) written.then(undefined, onFailure)
  } catch (error) {
    onFailure(error)
  }
}

/** A logger that never throws, whatever the given one does; its first failure is said to the console. */
export const guardedLogger = (logger: Logger): Logger => {
  let complained = false
  const complain = (error: unknown): void => {
    if (complained) return
    complained = true
    console.error(`[ainexlayer] the logger threw, and its line is lost: ${textOf(error)}`)
  }
  const guarded =
    (level: keyof Logger) =>
    (details: object, message: string): void =>
      safely(() => logger[level](details, message), complain)
  return { info: guarded('info'), warn: guarded('warn'), error: guarded('error') }
}

/** A logger that adds the same details to each of its lines. */
export const childLogger = (logger: Logger, bound: object): Logger => ({
  info: (details, message) => logger.info({ ...bound, ...details }, message),
  warn: (details, message) => logger.warn({ ...bound, ...details }, message),
  error: (details, message) => logger.error({ ...bound, ...details }, message),
})
