/** How far down a chain of causes is looked; a chain may be a ring. */
const deepest = 5

/** The most errors of one that holds several. */
const most = 10

/**
 * What a log is told of something that was thrown: its class, message, stack and code, and the same of its causes. Its
 * other fields stay out: HTTP clients hang requests on their errors, with `authorization` and bodies, and databases the
 * values of rows. Never throws.
 */
export const toldError = (thrown: unknown, depth = 0): unknown => {
  if (typeof thrown !== 'object' || thrown === null) return thrown
  const below = (value: unknown): unknown =>
    depth < deepest ? toldError(value, depth + 1) : undefined
  try {
    // A real one, as loggers look for; its own stack is replaced.
    const told = new Error()
    if (thrown instanceof Error) Object.setPrototypeOf(told, Object.getPrototypeOf(thrown))
    for (const name of ['name', 'message', 'stack', 'code', 'cause', 'errors']) {
      let value: unknown = Reflect.get(thrown, name)
      if (name === 'cause') value = below(value)
      else if (Array.isArray(value)) value = value.slice(0, most).map(below)
      else if (typeof value === 'object') value = undefined
      if (value !== undefined || name === 'stack') {
        Object.defineProperty(told, name, { value, enumerable: name === 'code' })
      }
    }
    return told
  } catch {
    return new Error('it cannot be read')
  }
}
