import type { TrustedProxies } from '../delivery/address-list.ts'
import type { Source } from '../delivery/delivery.ts'
import { plainAddress } from '../delivery/plain-address.ts'
import { type HeadersInput, headerReader } from '../signature/headers.ts'
import type { ReceiverConfig } from './config.ts'

/** What a request tells of its caller. */
type Caller = Pick<Source, 'remoteAddress'> & { readonly headers?: HeadersInput }

/**
 * The caller behind the proxies that are trusted, each of which has appended to `X-Forwarded-For` who called it. What
 * stands left of the first one that is not trusted was written by anybody.
 */
const behindProxies = (
  trusted: TrustedProxies,
  socket: string | undefined,
  forwarded: string | undefined,
): string | undefined => {
  const callers = [...(forwarded?.split(',') ?? []), socket].reverse()
  if (typeof trusted === 'number')
    return plainAddress(callers[Math.min(trusted, callers.length - 1)])
  let caller: string | undefined
  for (const address of callers) {
    caller = plainAddress(address)
    if (caller === undefined || !trusted(caller)) break
  }
  return caller
}

/** The caller's address in its plain form; undefined where the adapter does not know it, or its `remoteAddress` threw. Never throws. */
export const remoteAddressOf = (
  { limited, trustProxy }: Pick<ReceiverConfig, 'limited' | 'trustProxy'>,
  caller: Caller,
): string | undefined => {
  try {
    const { remoteAddress, headers } = caller
    return trustProxy === undefined || headers === undefined
      ? plainAddress(remoteAddress)
      : behindProxies(trustProxy, remoteAddress, headerReader(headers)('x-forwarded-for'))
  } catch (error) {
    limited.write('error', 'remoteAddress', () => [
      { err: error },
      '`remoteAddress` threw: the address of the caller counts as unknown',
    ])
    return undefined
  }
}
