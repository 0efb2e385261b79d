import { WebhookConfigurationError } from '../errors.ts'

/** Header values as frameworks give them: one text, several lines, or absent. */
export type HeaderValue = string | readonly string[] | undefined

/**
 * The headers of a request in any usual shape: a web `Headers`, Node's `IncomingHttpHeaders`, a plain
 * object, an array of pairs, a `Map`. Letter case does not matter.
 */
export type HeadersInput =
  | Iterable<readonly [string, HeaderValue]>
  | { readonly [name: string]: HeaderValue }

/**
 * Looks at one header. `undefined` when it is absent; several lines of the same name come joined with
 * `", "`, as every HTTP library joins them, so that a repeated line can be told from a single one.
 */
export type HeaderReader = (name: string) => string | undefined

const isIterable = (input: HeadersInput): input is Iterable<readonly [string, HeaderValue]> =>
  Symbol.iterator in input

const unusable = (what: string, fix: string): WebhookConfigurationError =>
  new WebhookConfigurationError('input_invalid', `\`headers\` is ${what}.`, fix)

const refuseMisuse = (input: unknown): void => {
  if (typeof input !== 'object' || input === null) {
    throw unusable(
      input === null ? 'null' : `of type ${typeof input}`,
      'Pass the headers of the request: a Headers, an object, an array of pairs or a Map.',
    )
  }
  if ('then' in input && typeof input.then === 'function') {
    throw unusable('a promise', 'Write `await headers()`: in Next 15 and later it is asynchronous.')
  }
}

const join = (seen: string | undefined, value: HeaderValue): string | undefined => {
  if (value === undefined) return seen
  const text =
    typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : undefined
  if (text === undefined) return seen
  return seen === undefined ? text : `${seen}, ${text}`
}

/**
 * Reads any shape of headers through one function.
 *
 * @throws WebhookConfigurationError `input_invalid` for a promise (`await headers()` forgotten) and for
 * anything that is not an object: that is the caller's code, not the request.
 */
export const headerReader = (input: HeadersInput): HeaderReader => {
  refuseMisuse(input)
  if (input instanceof Headers) return (name) => input.get(name) ?? undefined
  if (isIterable(input)) {
    const pairs = [...input].filter((pair) => typeof pair?.[0] === 'string')
    return (name) => {
      let found: string | undefined
      for (const [key, value] of pairs) {
        if (key.length === name.length && key.toLowerCase() === name) found = join(found, value)
      }
      return found
    }
  }
  const keys = Object.keys(input)
  return (name) => {
    let found: string | undefined
    for (const key of keys) {
      // Lengths first: lower-casing every header of every request would cost more than the lookup.
      if (key.length === name.length && key.toLowerCase() === name) found = join(found, input[key])
    }
    return found
  }
}
