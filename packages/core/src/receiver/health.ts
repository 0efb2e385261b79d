import { timedOut, within } from '../async/timer.ts'
import { isWebhookError } from '../errors.ts'
import { reasonIn } from '../idempotency/storage-errors.ts'
import type { ReceiverConfig } from '../pipeline/config.ts'
import { headerReader } from '../signature/headers.ts'
import type { Health, HealthOptions, HealthPart } from './receiver.ts'

/** Keys of events have no such form: neither `#` with 64 digits behind it, nor another mark. */
const nobodysKey = (endpoint: string): string => `${endpoint}#health`

/** Why, as a code: what a database says may name hosts and users, and a probe may be public. */
const reasonOf = (error: unknown): string =>
  reasonIn(error) ?? (isWebhookError(error) ? error.code : 'failed')

/** @param question - resolves to why not, as a code */
const ask = async (
  timeoutMs: number,
  question: () => Promise<string | undefined>,
): Promise<HealthPart> => {
  const startedAt = performance.now()
  const reason = await within(timeoutMs, question().catch(reasonOf))
  const ms = Math.round(performance.now() - startedAt)
  if (reason === undefined) return { ok: true, ms }
  return { ok: false, ms, reason: reason === timedOut ? 'no_answer' : reason }
}

/** Asks for a record that no event has: that changes nothing, and yet is a write. */
const askStore = async ({ store, endpoint }: ReceiverConfig): Promise<undefined> => {
  const key = nobodysKey(endpoint)
  if ('transact' in store) await store.forget?.(key)
  else await store.renew({ key, token: key, leaseMs: 1000 })
}

const askSecrets = async (
  { secrets, now }: ReceiverConfig,
  { headers = {}, env }: HealthOptions,
): Promise<string | undefined> => {
  const isFunction = typeof secrets === 'function'
  const found = isFunction ? await secrets({ header: headerReader(headers), env }) : secrets
  const nowMs = now()
  const isActive = found.some(({ notBefore, notAfter }) => nowMs >= notBefore && nowMs < notAfter)
  // A function may answer that this request is of no tenant, and so has no secret.
  return isActive || (isFunction && found.length === 0) ? undefined : 'secret_expired'
}

/** Asks store, queue and secrets at the same time. Never throws. */
export const healthOf = async (config: ReceiverConfig, options: HealthOptions): Promise<Health> => {
  const { timeoutMs = 1000 } = options
  const { dispatch, underWay, onStoreError } = config
  const [store, secret, queue] = await Promise.all([
    ask(timeoutMs, () => askStore(config)),
    ask(timeoutMs, () => askSecrets(config, options)),
    dispatch && ask(timeoutMs, async () => void (await dispatch.ready?.())),
  ])
  const { isClosing, works } = underWay
  const hasStore = store.ok || onStoreError === 'fail-open'
  return {
    ok: !isClosing && hasStore && secret.ok && queue?.ok !== false,
    isClosing,
    inFlight: works.size,
    store: { name: config.store.name, ...store },
    secret,
    ...(queue === undefined ? {} : { queue }),
  }
}
