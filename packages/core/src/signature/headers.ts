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
      'Pass the headers of the request (a Headers, an object, an array of pairs or a Map), and await a request that is a promise.',
    )
  }
  if ('then' in input && typeof input.then === 'function') {
    throw unusable('a promise', 'Write `await headers()`: in Next 15 and later it is asynchronous.')
  }
}

const join = (seen: string | undefined, value: HeaderValue): string | undefined => {
  if (seen === undefined && typeof value === 'string') return value
  const text =
    typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : undefined
  if (text === undefined) return seen
  return seen === undefined ? text : `${seen}, ${text}`
}

const lowerCaseBit = 0x20

/**
 * Whether a key spells the header `name`, which is in lower case. A key of another length, first or last letter
 * is out at once: lower-casing every header of every request would cost more than all the lookups.
 */
const spells = (key: string, name: string): boolean => {
  const last = name.length - 1
  return (
    key.length === name.length &&
    (key.charCodeAt(0) | lowerCaseBit) === name.charCodeAt(0) &&
    (key.charCodeAt(last) | lowerCaseBit) === name.charCodeAt(last) &&
    key.toLowerCase() === name
  )
}

/** Reads pairs, which may repeat a name. */
const pairsReader = (input: Iterable<readonly [string, HeaderValue]>): HeaderReader => {
  const pairs = [...input].filter((pair) => typeof pair?.[0] === 'string')
  return (name) => {
    let found: string | undefined
    for (const [key, value] of pairs) if (spells(key, name)) found = join(found, value)
    return found
  }
}

/**
 * Reads an object: the name as it stands, the usual case, and then every other spelling of it, because two
 * lines that differ in their letters are still two lines.
 */
const recordReader =
  (input: { readonly [name: string]: HeaderValue }): HeaderReader =>
  (name) => {
    let found = join(undefined, input[name])
    for (const key in input) {
      if (key.length === name.length && key !== name && spells(key, name)) {
        found = join(found, input[key])
      }
    }
    return found
  }

/** By its methods and not by its class: a test environment has none, or one beside the runtime's. */
const isWebHeaders = (input: object): input is Headers =>
  'append' in input && 'get' in input && typeof input.get === 'function'

/**
 * Reads any shape of headers through one function.
 *
 * @throws WebhookConfigurationError `input_invalid` for a promise (`await headers()` forgotten) and for
 * anything that is not an object: that is the caller's code, not the request.
 */
export const headerReader = (input: HeadersInput): HeaderReader => {
  refuseMisuse(input)
  // Node's headers, the usual case, are asked first: looking up the class of a web Headers costs more than this.
  if (!isIterable(input)) return recordReader(input)
  return isWebHeaders(input) ? (name) => input.get(name) ?? undefined : pairsReader(input)
}
