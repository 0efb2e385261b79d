import type { Deadline } from '../async/deadline.ts'
import { timedOut, within } from '../async/timer.ts'
import { addressBytes } from '../delivery/address-bytes.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import { wholeSeconds } from '../delivery/retry-after.ts'
import type { ReceiverConfig } from './config.ts'
import { remoteAddressOf } from './remote-address.ts'
import { outageRetrySeconds } from './retry-after.ts'
import type { LimiterOptions } from './throttle.ts'

/** The outcome of a request that came too soon. */
export const throttled = (seconds: number): Outcome => ({
  outcome: 'throttled',
  code: 'rate_limited',
  retryAfterSeconds: wholeSeconds(seconds),
})

/** One caller has a /64 of IPv6 to itself, and could count anew with each address of it. */
const keyOf = (address: string | undefined): string =>
  address?.includes(':')
    ? `${addressBytes(address)
        .slice(0, 8)
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('')}/64`
    : (address ?? 'unknown')

/** What a limiter rejects with when there were too many. */
const refusedForMs = (thrown: unknown): number | undefined => {
  if (typeof thrown !== 'object' || thrown === null) return undefined
  try {
    const ms: unknown = Reflect.get(thrown, 'msBeforeNext')
    return typeof ms === 'number' ? ms : undefined
  } catch {
    // A getter that throws tells nothing.
    return undefined
  }
}

/** Counts a request against the address that it comes from; the outcome when there were too many. Never throws. */
export const askLimiter = async (
  config: ReceiverConfig,
  { limiter, timeoutMs }: Required<LimiterOptions>,
  request: IncomingRequest,
  deadline: Deadline,
): Promise<Outcome | undefined> => {
  let err: unknown
  try {
    const consuming = Promise.resolve(limiter.consume(keyOf(remoteAddressOf(config, request))))
    if ((await within(timeoutMs, consuming, deadline)) !== timedOut) return undefined
    err = new Error(`It did not answer within ${timeoutMs} ms.`)
  } catch (thrown) {
    const ms = refusedForMs(thrown)
    if (ms !== undefined) return throttled(ms / 1000)
    err = thrown
  }
  const isAllowed = config.onThrottleError === 'allow'
  config.limited.write('error', 'throttle', () => [
    { err },
    `the limiter of \`throttle\` failed: ${isAllowed ? 'requests get through uncounted' : 'requests are refused'} (\`onThrottleError\`)`,
  ])
  return isAllowed ? undefined : throttled(outageRetrySeconds(config))
}
