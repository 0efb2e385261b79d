import type { Attributes } from '@opentelemetry/api'

/** What may stand as the name of a class or a code; anything else could hold what a caller sent. */
const plainName = /^[A-Za-z_$][\w$.]{0,63}$/

/** Reads a field of what was thrown, which may be anything, and may throw. */
const textIn = (
  error: unknown,
  name: 'name' | 'code' | 'message' | 'stack',
): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined
  try {
    const value: unknown = Reflect.get(error, name)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

const nameIn = (error: unknown, name: 'name' | 'code'): string | undefined => {
  const text = textIn(error, name)
  return text !== undefined && plainName.test(text) ? text : undefined
}

/** The most characters of a message or a stack. */
const longest = 4096

/** What kind of error it is: its code, such as `ECONNREFUSED`, or the name of its class. */
export const errorType = (error: unknown): string =>
  nameIn(error, 'code') ?? nameIn(error, 'name') ?? typeof error

/**
 * What a span says of an error.
 *
 * @param withMessage - the message and the stack too: handlers put what they like into them, payloads for example
 */
export const exceptionAttributes = (error: unknown, withMessage: boolean): Attributes => {
  const attributes: Attributes = { 'exception.type': errorType(error) }
  if (!withMessage) return attributes
  const message = textIn(error, 'message') ?? (typeof error === 'string' ? error : undefined)
  const stack = textIn(error, 'stack')
  if (message !== undefined) attributes['exception.message'] = message.slice(0, longest)
  if (stack !== undefined) attributes['exception.stacktrace'] = stack.slice(0, longest)
  return attributes
}
