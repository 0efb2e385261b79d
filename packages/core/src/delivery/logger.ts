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

/** A logger that adds the same details to each of its lines. */
export const childLogger = (logger: Logger, bound: object): Logger => ({
  info: (details, message) => logger.info({ ...bound, ...details }, message),
  warn: (details, message) => logger.warn({ ...bound, ...details }, message),
  error: (details, message) => logger.error({ ...bound, ...details }, message),
})
