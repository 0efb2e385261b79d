import { assertMethods, assertOptions } from '../check-options.ts'
import { addressList } from '../delivery/address-list.ts'
import { WebhookConfigurationError } from '../errors.ts'
import type { EventCatalog } from '../events/catalog.ts'
import { assertDuration } from '../idempotency/duration.ts'
import type { AllowAddress } from '../pipeline/allow-address.ts'
import type { ReceiverConfig } from '../pipeline/config.ts'
import type { Limiter, LimiterOptions } from '../pipeline/throttle.ts'
import type { ReceiverOptions } from './options.ts'

type Options = Pick<
  ReceiverOptions<EventCatalog, unknown, never>,
  'allowedAddresses' | 'allowAddress' | 'trustProxy' | 'throttle'
>

const trusted = (trustProxy: unknown): ReceiverConfig['trustProxy'] => {
  if (trustProxy === undefined) return undefined
  if (Number.isInteger(trustProxy) && Number(trustProxy) >= 1) return Number(trustProxy)
  if (Array.isArray(trustProxy)) return addressList('trustProxy', trustProxy)
  throw new WebhookConfigurationError(
    'option_invalid',
    `\`trustProxy\` is ${typeof trustProxy === 'number' ? trustProxy : `of type ${typeof trustProxy}`}: anybody can write a header.`,
    'Pass how many proxies stand in front, such as 1, or a list of their addresses and networks.',
  )
}

/** Who may call, and how a caller is known. */
export const callersOf = ({
  allowedAddresses,
  allowAddress,
  trustProxy,
}: Options): Pick<ReceiverConfig, 'allowAddress' | 'trustProxy'> => {
  const listed: readonly AllowAddress[] =
    allowedAddresses === undefined ? [] : [addressList('allowedAddresses', allowedAddresses)]
  return {
    allowAddress: allowAddress === undefined ? listed : [...listed, allowAddress],
    trustProxy: trusted(trustProxy),
  }
}

const isLimiter = (throttle: Limiter | LimiterOptions): throttle is Limiter =>
  throttle !== null && typeof throttle === 'object' && 'consume' in throttle

/** How often anybody may call. */
export const throttleOf = ({ throttle }: Options): Pick<ReceiverConfig, 'throttle' | 'limiter'> => {
  if (throttle === undefined || typeof throttle === 'function') {
    return { throttle, limiter: undefined }
  }
  const options = isLimiter(throttle) ? { limiter: throttle } : throttle
  assertOptions<LimiterOptions>('throttle', options, { limiter: 1, count: 1, timeoutMs: 1 })
  const { limiter, count = 'failures', timeoutMs = 500 } = options
  assertMethods(
    'throttle',
    limiter,
    ['consume'],
    'Pass a limiter, such as `new RateLimiterMemory({ points: 20, duration: 60 })` of rate-limiter-flexible, or a function.',
  )
  assertDuration('timeoutMs', timeoutMs)
  if (count !== 'failures' && count !== 'all') {
    throw new WebhookConfigurationError(
      'option_invalid',
      `\`throttle.count\` is \`${count}\`.`,
      'Use `failures` or `all`.',
    )
  }
  return { throttle: undefined, limiter: { limiter, count, timeoutMs } }
}
