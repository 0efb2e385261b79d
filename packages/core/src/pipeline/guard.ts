import type { Deadline } from '../async/deadline.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import type { HeaderReader } from '../signature/headers.ts'
import { askAllowlist } from './allow-address.ts'
import { askLimiter, throttled } from './ask-limiter.ts'
import type { ReceiverConfig } from './config.ts'
import { remoteAddressOf } from './remote-address.ts'
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
  deadline: Deadline,
): Outcome | undefined | Promise<Outcome | undefined> => {
  if (request.method !== 'POST' && request.method.toUpperCase() !== 'POST')
    return rejected('method_not_allowed')
  const { allowAddress, throttle, limiter } = config
  for (const allow of allowAddress) {
    const refused = askAllowlist(allow, remoteAddressOf(config, request))
    if (refused !== undefined) return refused
  }
  const declared = Number(header('content-length') ?? 0)
  if (declared > config.maxBodyBytes) return rejected('body_too_large')
  if (limiter?.count === 'all') return askLimiter(config, limiter, request, deadline)
  return throttle === undefined
    ? undefined
    : askThrottle(throttle, { header, remoteAddress: remoteAddressOf(config, request) })
}

const askThrottle = async (
  throttle: Throttle,
  request: Parameters<Throttle>[0],
): Promise<Outcome | undefined> => {
  const refusal = await throttle(request)
  return refusal === undefined ? undefined : throttled(refusal.retryAfterSeconds)
}
