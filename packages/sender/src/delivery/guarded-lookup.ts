import { lookup as resolve } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { type AddressRule, isPublicAddress } from '@ainexlayer/webhooks-contract'

class BlockedAddressError extends Error {
  readonly code = 'ERR_BLOCKED_ADDRESS'
}

const blocked = (): BlockedAddressError =>
  new BlockedAddressError('the host has an address that is not public')

/**
 * A DNS lookup that gives out checked addresses alone, and none when any of them is not public. The
 * connection goes to the address that was checked, so that a second answer of the DNS cannot replace it.
 */
export const guardedLookup =
  (rule: AddressRule, lookup: typeof resolve = resolve): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0)
      if (
        !rule.allowPrivateTargets &&
        !addresses.every(({ address }) => isPublicAddress(address))
      ) {
        return callback(blocked(), '', 0)
      }
      if (options.all === true) return callback(null, addresses)
      const [first] = addresses
      return first === undefined
        ? callback(blocked(), '', 0)
        : callback(null, first.address, first.family)
    })
  }
