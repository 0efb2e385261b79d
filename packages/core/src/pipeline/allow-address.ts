import type { Outcome } from '../delivery/outcome.ts'
import { type AddressFamily, addressFamily } from '../delivery/plain-address.ts'

/**
 * Says of an address in its plain form whether it may call: a function, or an object with a `check` such as a
 * `net.BlockList`, which here lists those who may.
 */
export type AllowAddress =
  | ((address: string, family: AddressFamily) => boolean)
  | { check(address: string, family: AddressFamily): boolean }

const notAllowed: Outcome = { outcome: 'rejected', code: 'address_not_allowed' }

/** The refusal of an address that is not on the list or is unknown; undefined when it may call. */
export const askAllowlist = (
  allow: AllowAddress,
  address: string | undefined,
): Outcome | undefined => {
  if (address === undefined) return notAllowed
  const family = addressFamily(address)
  try {
    const allowed =
      typeof allow === 'function' ? allow(address, family) : allow.check(address, family)
    // Nothing but `true`: a promise, which no list may give, would let everybody in.
    return allowed === true ? undefined : notAllowed
  } catch (error) {
    const note = '`allowAddress` threw: pass a `net.BlockList` itself, and not its `check` alone.'
    return { outcome: 'failed', code: 'misconfigured', note, error }
  }
}
