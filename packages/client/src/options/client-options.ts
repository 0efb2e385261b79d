import { ApiUsageError } from '../errors/errors.ts'
import type { Sleep } from './sleep.ts'

/** The options of `createClient`. */
export interface ClientOptions {
  /** The API key, sent as `Authorization: Bearer`. Never appears in an error. */
  readonly apiKey: string | undefined
  /** The API, with its path. Default: `http://localhost:3001/api/v1`, the platform's development address. */
  readonly baseUrl?: string | undefined
  /** Sends the requests. Default: `globalThis.fetch`, looked up at each request. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds for one request, to the end of its answer. Default: 30 000. */
  readonly timeoutMs?: number | undefined
  /** How often a request that failed for a temporary reason is sent again. Default: 2; 0 for never. */
  readonly maxRetries?: number | undefined
  /** Waits between retries; for tests. Default: a timer. Must resolve once `signal` is aborted. */
  readonly sleep?: Sleep | undefined
  /** A number from 0 up to 1, for the jitter of the waits; for tests. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
}

/** The options of one call. They win over the options of the client. */
export interface CallOptions {
  /** Aborts the call, also while it waits for a retry; it rejects with the reason of this signal. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds for one request, to the end of its answer. */
  readonly timeoutMs?: number | undefined
  /** How often a request that failed for a temporary reason is sent again. */
  readonly maxRetries?: number | undefined
}

/** The options of one call that is a POST. */
export interface PostOptions extends CallOptions {
  /**
   * The key of this call, kept by the platform for 24 hours: a second call with the same key gets the
   * answer of the first and has no effect. Default: a new UUID for each call.
   */
  readonly idempotencyKey?: string | undefined
}

/** Refuses what plain JavaScript lets pass: no object, or a name that there is not. */
const checkNames = (what: string, options: unknown, names: Readonly<Record<string, 1>>): void => {
  if (typeof options !== 'object' || options === null) {
    throw new ApiUsageError(
      'option_invalid',
      `The options of ${what} are missing.`,
      `Pass an object: \`{ ${Object.keys(names)[0]}: … }\`.`,
    )
  }
  for (const name in options) {
    if (Object.hasOwn(names, name)) continue
    throw new ApiUsageError(
      'option_invalid',
      `${what} has no option \`${name}\`.`,
      `It has ${Object.keys(names)
        .map((known) => `\`${known}\``)
        .join(', ')}.`,
    )
  }
}

/** Refuses options of a client that there are not. */
export const checkClientOptions = (options: ClientOptions): void =>
  checkNames('`createClient`', options, {
    apiKey: 1,
    baseUrl: 1,
    fetch: 1,
    timeoutMs: 1,
    maxRetries: 1,
    sleep: 1,
    random: 1,
  } satisfies Record<keyof ClientOptions, 1>)

/** Refuses options of a call that there are not. */
export const checkCallOptions = (options: PostOptions): void =>
  checkNames('a call', options, {
    signal: 1,
    timeoutMs: 1,
    maxRetries: 1,
    idempotencyKey: 1,
  } satisfies Record<keyof PostOptions, 1>)

const printable = /^[\x21-\x7e]+$/
const longestTimerMs = 2 ** 31 - 1

/** Checks the key: `fetch` would quote a header that it refuses in its error. */
export const checkApiKey = (apiKey: string | undefined): string => {
  if (apiKey === undefined || apiKey === '') {
    throw new ApiUsageError(
      'option_invalid',
      '`apiKey` is missing.',
      'Pass your API key; if it comes from an environment variable, check that it is set here.',
    )
  }
  if (!printable.test(apiKey)) {
    throw new ApiUsageError(
      'option_invalid',
      '`apiKey` contains a space, a line break or another character that no header can carry.',
      'Trim it: a key read from a file often ends with a line break.',
    )
  }
  return apiKey
}

/** Checks the base, and removes a slash at its end. */
export const checkBaseUrl = (baseUrl: string): string => {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  const plain =
    url !== undefined &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    `${url.username}${url.password}${url.search}${url.hash}` === ''
  if (!plain) {
    throw new ApiUsageError(
      'option_invalid',
      '`baseUrl` is not a plain http or https address.',
      'Give it like `https://ainexlayer.example.com/api/v1`: no credentials, no query.',
    )
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** Checks a timeout: a timer with a longer one would fire at once. */
export const checkTimeoutMs = (timeoutMs: number): number => {
  if (!(timeoutMs > 0 && timeoutMs <= longestTimerMs)) {
    throw new ApiUsageError(
      'option_invalid',
      '`timeoutMs` is not a number of milliseconds above 0.',
      `Give a number from 1 to ${longestTimerMs}.`,
    )
  }
  return timeoutMs
}

/** Checks that a count is a whole number. */
export const checkMaxRetries = (maxRetries: number): number => {
  if (!(Number.isInteger(maxRetries) && maxRetries >= 0)) {
    throw new ApiUsageError(
      'option_invalid',
      '`maxRetries` is not a whole number of 0 or more.',
      'Give 0 to send each request once.',
    )
  }
  return maxRetries
}

/** Checks that a key fits into a header. */
export const checkIdempotencyKey = (key: string): string => {
  if (!printable.test(key) || key.length > 200) {
    throw new ApiUsageError(
      'option_invalid',
      '`idempotencyKey` is not 1 to 200 printable ASCII characters without spaces.',
      'Use the id of what you create, or a UUID.',
    )
  }
  return key
}
