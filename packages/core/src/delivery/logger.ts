import { isThenable } from '../async/thenable.ts'
import { textOf } from '../idempotency/root-cause.ts'
import { printable, printableDetails } from './printable.ts'
import { toldError } from './told-error.ts'

/**
 * Where a receiver writes its log: details first, then the sentence, as pino, bunyan and Fastify's logger take it;
 * tslog and `console` print it legibly. winston, which takes the text first, is known by its shape.
 */
export interface Logger {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

/** Whether somebody is looking at the console of this process: not in production, and not among the lines of tests. */
const inDevelopment = (): boolean => {
  if (typeof process === 'undefined') return false
  const mode = process.env?.['NODE_ENV']
  return mode !== 'production' && mode !== 'test'
}

/** The details, where there are some: a console would print `{}`. */
const some = (details: object): readonly object[] =>
  Object.keys(details).length > 0 ? [details] : []

const info: Logger['info'] = (details, message) =>
  console.info(`[ainexlayer] ${message}`, ...some(details))
const warn: Logger['warn'] = (details, message) =>
  console.warn(`[ainexlayer] ${message}`, ...some(details))
const error: Logger['error'] = (details, message) =>
  console.error(`[ainexlayer] ${message}`, ...some(details))

/** The default: warnings and errors to the console, and infos while developing. */
export const consoleLogger: Logger = {
  info: (details, message) => {
    if (inDevelopment()) info(details, message)
  },
  warn,
  error,
}

/** The same for handlers: what they write is wanted, wherever it is written. */
export const handlerConsole: Logger = { info, warn, error }

/** A logger that takes the sentence first. */
interface TextFirst {
  info(message: string, details: object): void
  warn(message: string, details: object): void
  error(message: string, details: object): void
}

/** Whether a logger is winston's, which takes the text first and prints an object there as `[object Object]`. */
const isTextFirst = (logger: object): logger is TextFirst =>
  'transports' in logger && 'configure' in logger

/** Whether a logger is bunyan's or tslog's: without a serializer they make `{}` of an error within the details. */
const losesErrors = (logger: object): boolean =>
  'addStream' in logger || 'attachTransport' in logger

/** Details whose error survives JSON. */
const withErrorText = (details: object): object =>
  'err' in details && details.err instanceof Error
    ? { ...details, err: details.err.stack ?? details.err.message }
    : details

/** A logger as its library wants to be called: the text first for winston, and errors as texts where they would be lost. */
export const byShape = (logger: Logger): Logger => {
  if (isTextFirst(logger)) {
    return {
      info: (details, message) => logger.info(message, withErrorText(details)),
      warn: (details, message) => logger.warn(message, withErrorText(details)),
      error: (details, message) => logger.error(message, withErrorText(details)),
    }
  }
  if (!losesErrors(logger)) return logger
  return {
    info: (details, message) => logger.info(withErrorText(details), message),
    warn: (details, message) => logger.warn(withErrorText(details), message),
    error: (details, message) => logger.error(withErrorText(details), message),
  }
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

/** Says once, to the console, that a logger threw. */
export const complainingOnce = (): ((error: unknown) => void) => {
  let complained = false
  return (error) => {
    if (complained) return
    complained = true
    console.error(`[ainexlayer] the logger threw, and its line is lost: ${textOf(error)}`)
  }
}

/** A logger that never throws, whatever the present one does. */
export const guardedLogger = (
  present: () => Logger,
  complain: (error: unknown) => void,
): Logger => {
  const guarded =
    (level: keyof Logger) =>
    (details: object, message: string): void =>
      safely(() => present()[level](details, message), complain)
  return { info: guarded('info'), warn: guarded('warn'), error: guarded('error') }
}

/** Details that tell of an error nothing but what happened and where. */
const withToldError = (details: object): object =>
  'err' in details ? { ...details, err: toldError(details.err) } : details

/** A logger whose texts cannot break a line, whoever wrote them, and whose errors are told without what hangs on them. */
export const printableLogger = (logger: Logger): Logger => {
  const clean =
    (level: keyof Logger) =>
    (details: object, message: string): void =>
      logger[level](printableDetails(withToldError(details)), printable(message))
  return { info: clean('info'), warn: clean('warn'), error: clean('error') }
}

/** A logger that adds the same details to each of its lines. */
export const childLogger = (logger: Logger, bound: object): Logger => ({
  info: (details, message) => logger.info({ ...bound, ...details }, message),
  warn: (details, message) => logger.warn({ ...bound, ...details }, message),
  error: (details, message) => logger.error({ ...bound, ...details }, message),
})
