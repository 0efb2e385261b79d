import type { Outcome } from '../delivery/outcome.ts'
import { plainAddress } from '../delivery/plain-address.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import type { HeaderReader } from '../signature/headers.ts'
import { askAllowlist } from './allow-address.ts'
import type { ReceiverConfig } from './config.ts'
import type { Throttle } from './throttle.ts'

const rejected = (code: 'method_not_allowed' | 'body_too_large'): Outcome => ({
  outcome: 'rejected',
  code,
})

/** Step 1: everything that can be refused before a byte of the body is read. */
export const guard = (
  config: ReceiverConfig,
  request: IncomingRequest,
  header: HeaderReader,
): Outcome | undefined | Promise<Outcome | undefined> => {
  if (request.method !== 'POST' && request.method.toUpperCase() !== 'POST')
    return rejected('method_not_allowed')
  const { allowAddress, throttle } = config
  if (allowAddress !== undefined) {
    const refused = askAllowlist(allowAddress, plainAddress(request.remoteAddress))
    if (refused !== undefined) return refused
  }
  const declared = Number(header('content-length') ?? 0)
  if (declared > config.maxBodyBytes) return rejected('body_too_large')
  return throttle === undefined ? undefined : askThrottle(throttle, request, header)
}

const askThrottle = async (
  throttle: Throttle,
  request: IncomingRequest,
  header: HeaderReader,
): Promise<Outcome | undefined> => {
  const refusal = await throttle({ header, remoteAddress: plainAddress(request.remoteAddress) })
  return refusal === undefined
    ? undefined
    : {
        outcome: 'throttled',
        code: 'rate_limited',
        retryAfterSeconds: Math.max(1, Math.ceil(refusal.retryAfterSeconds)),
      }
}
