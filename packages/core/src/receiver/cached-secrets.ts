import { timedOut, within } from '../async/timer.ts'
import { assertOptions } from '../check-options.ts'
import { WebhookConfigurationError } from '../errors.ts'
import { assertDuration } from '../idempotency/duration.ts'
import type { OneTenant } from '../signature/secret-source.ts'
import {
  type SecretRequest,
  type SecretSet,
  type SecretSpec,
  specsOf,
} from '../signature/secrets.ts'
import { staleSecretTeller } from './stale-secret.ts'

/** Options of {@link cachedSecrets}. */
export interface CachedSecretsOptions {
  /** Milliseconds after which they are loaded again, at the next request; default 60 000. */
  readonly ttlMs?: number
  /** Milliseconds for one load; default 10 000. */
  readonly timeoutMs?: number
  /** Told of each load that failed; default: a warning on the console, once a minute. */
  readonly onError?: (error: unknown) => void
}

/** After a load that failed, none is begun for so long, in milliseconds. */
const pauseMs = 1000

/** How much later than its own timer a load is given up, in milliseconds: a Worker whose request has gone fires no timer. */
const graceMs = 1000

const isMissing = (set: SecretSet | null): set is undefined | null | '' =>
  set === undefined || set === null || set === '' || (Array.isArray(set) && set.length === 0)

/** Whether it can be a secret at all: what is no text must not take the place of one that works. */
const hasValue = ({ value }: SecretSpec): boolean =>
  typeof value === 'string' ? value.trim() !== '' : ArrayBuffer.isView(value) && value.length > 0

/**
 * Secrets from a manager, kept for a while: for the option `secret`. One load at a time, whatever the number of
 * requests; while it is under way, and when it fails, the secrets of before are used. Only the first one is waited for.
 *
 * @param load - answers the secrets for all requests alike; it gets the request of the moment, for a Worker's `env`
 * @throws WebhookConfigurationError `option_invalid`
 *
 * @example
 * createReceiver({ secret: cachedSecrets(() => vault.read('webhooks'), { ttlMs: 60_000 }) })
 */
export const cachedSecrets = <Env = unknown>(
  load: (request: SecretRequest<Env>) => SecretSet | Promise<SecretSet>,
  options: CachedSecretsOptions = {},
): ((request: SecretRequest<Env>) => SecretSet | Promise<SecretSet>) & OneTenant => {
  assertOptions<CachedSecretsOptions>('cachedSecrets', options, {
    ttlMs: 1,
    timeoutMs: 1,
    onError: 1,
  })
  if (typeof load !== 'function') {
    throw new WebhookConfigurationError(
      'option_invalid',
      `What \`cachedSecrets\` takes first is of type ${typeof load}.`,
      'Pass the function that loads the secrets.',
    )
  }
  const { ttlMs = 60_000, timeoutMs = 10_000, onError } = options
  const tell = staleSecretTeller(onError)
  assertDuration('ttlMs', ttlMs)
  assertDuration('timeoutMs', timeoutMs)
  let kept: SecretSet
  let flight: { readonly since: number; readonly loading: Promise<SecretSet> } | undefined
  let nextAt = Number.NEGATIVE_INFINITY
  let lastError: unknown

  const isGivenUp = (since: number): boolean => performance.now() - since > timeoutMs + graceMs

  const fetchOnce = async (request: SecretRequest<Env>, since: number): Promise<SecretSet> => {
    try {
      const loaded = await within(timeoutMs, Promise.resolve(load(request)))
      if (loaded === timedOut || isGivenUp(since))
        throw new Error(`it did not answer within ${timeoutMs} ms`)
      if (isMissing(loaded) || !specsOf(loaded).every(hasValue)) {
        throw new Error('it answered no secret')
      }
      kept = loaded
      nextAt = performance.now() + ttlMs
      return loaded
    } catch (error) {
      lastError = error
      nextAt = performance.now() + Math.min(ttlMs, pauseMs)
      throw error
    }
  }

  const answer = (request: SecretRequest<Env>): SecretSet | Promise<SecretSet> => {
    if (performance.now() < nextAt) {
      if (isMissing(kept)) throw lastError
      return kept
    }
    if (flight === undefined || isGivenUp(flight.since)) {
      const since = performance.now()
      // Cleared in a turn of its own: a load that throws at once ends before it is kept here.
      const loading = fetchOnce(request, since).finally(() => {
        if (flight === mine) flight = undefined
      })
      const mine = { since, loading }
      flight = mine
    }
    const { loading } = flight
    if (isMissing(kept)) return loading
    loading.catch(tell)
    return kept
  }
  return Object.assign(answer, { oneTenant: true as const })
}
