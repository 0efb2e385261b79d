import { WebhookConfigurationError } from '../errors.ts'
import type { SecretEncoding } from './profiles/profile.ts'
import { ScopeWatch, scopeWarning } from './scope-watch.ts'
import { SecretCache } from './secret-cache.ts'
import {
  malformed,
  type PreparedSecrets,
  prepareSecrets,
  type SecretRequest,
  type SecretSet,
  type SecretSource,
  type SigningSecret,
  specsOf,
} from './secrets.ts'

/** The secrets that are active for one request. */
export type ResolveSecrets = (
  request: SecretRequest,
) => readonly SigningSecret[] | Promise<readonly SigningSecret[]>

/**
 * Marks a `secret` function whose secrets are all of one tenant: when it answers another set, that is a rotation, and
 * as long as it answers the same object, nothing has changed.
 */
export interface OneTenant {
  readonly oneTenant: true
}

/** How many different warnings are remembered, so that each is given once. */
const keptWarnings = 1000

/** Every request asks the function again: when it fails, the log is told no more often than this. */
const failureIntervalMs = 10_000

const failedSource = (error: unknown): WebhookConfigurationError =>
  error instanceof WebhookConfigurationError
    ? error
    : new WebhookConfigurationError(
        'secret_missing',
        'The `secret` function threw.',
        'Look at its error in the log; until it answers, no request can be judged.',
      )

/** Queues and databases must be able to keep it unchanged: no control characters, no half of a surrogate pair. */
const scopeForm = /^[^\p{Cc}\p{Cs}]{1,256}$/u

/** @throws WebhookConfigurationError `secret_malformed` if the scope cannot be part of a key */
const assertScope = ({ id, scope }: SigningSecret): void => {
  if (scope === undefined || (typeof scope === 'string' && scopeForm.test(scope))) return
  throw malformed(id, 'has an unusable `scope`', 'Pass the id of a tenant: 1 to 256 characters.')
}

/** What a single secret is kept decoded under; undefined for bytes and lists, which are decoded each time. */
const keyOf = (set: SecretSet): string | undefined => {
  if (typeof set === 'string') return set
  const [spec] = specsOf(set)
  if (Array.isArray(set) || spec === undefined || typeof spec.value !== 'string') return undefined
  const { value, id, scope, encoding, notBefore, notAfter } = spec
  return JSON.stringify([value, id, scope, encoding, notBefore?.getTime(), notAfter?.getTime()])
}

/**
 * Prepares the secrets of a receiver. A fixed set is decoded and checked at once, a function's answers when
 * they come.
 *
 * @param warn - told once about each doubtful secret, in words that never hold it
 */
export const secretSource = (
  source: SecretSource,
  defaultEncoding: SecretEncoding | undefined,
  warn: (message: string, error?: unknown) => void,
): readonly SigningSecret[] | ResolveSecrets => {
  const warned = new Set<string>()
  const prepare = (set: SecretSet): PreparedSecrets => {
    const prepared = prepareSecrets(set, defaultEncoding)
    prepared.secrets.forEach(assertScope)
    for (const warning of prepared.warnings) {
      if (warned.has(warning)) continue
      if (warned.size < keptWarnings) warned.add(warning)
      warn(warning)
    }
    return prepared
  }
  if (typeof source !== 'function') return prepare(source).secrets

  const cache = new SecretCache()
  const scopes = new ScopeWatch()
  const isOfOneTenant = 'oneTenant' in source
  let last: { readonly set: SecretSet; readonly secrets: readonly SigningSecret[] } | undefined
  let lastFailure = Number.NEGATIVE_INFINITY
  const warnOfFailure = (error: unknown): void => {
    if (performance.now() - lastFailure < failureIntervalMs) return
    lastFailure = performance.now()
    warn('the `secret` function threw', error)
  }
  return async (request) => {
    let set: SecretSet | null
    try {
      set = await source(request)
    } catch (error) {
      warnOfFailure(error)
      throw failedSource(error)
    }
    if (set === null) return []
    const answered = set
    if (isOfOneTenant) {
      // The same object is the same secrets: a list is not decoded for each request.
      if (last === undefined || answered !== last.set) {
        last = { set: answered, secrets: prepare(answered).secrets }
      }
      return last.secrets
    }
    if (scopes.isDoubtful(answered)) warn(scopeWarning)
    const key = keyOf(answered)
    const decode = () => prepare(answered).secrets
    return key === undefined ? decode() : cache.get(key, decode)
  }
}
