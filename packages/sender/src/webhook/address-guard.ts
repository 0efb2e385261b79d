import { lookup as resolve } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Which private targets are let through. */
export interface AddressRule {
  /** Lets every address through: for development and tests. */
  readonly allowPrivateTargets: boolean
}

/** Whether an address is a public unicast one: not loopback, private, link-local, reserved or mapped to such. */
export const isPublicAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'

class BlockedAddressError extends Error {
  readonly code = 'ERR_BLOCKED_ADDRESS'
}

const blocked = (): BlockedAddressError =>
  new BlockedAddressError('the host has an address that is not public')

/** Why a URL may not be a target; undefined when it may, as far as can be seen before DNS is asked. */
export const refuseUrl = (url: string, rule: AddressRule): string | undefined => {
  if (!URL.canParse(url)) return 'it is not a URL'
  const { protocol, username, password, hostname } = new URL(url)
  if (protocol !== 'https:' && !(protocol === 'http:' && rule.allowPrivateTargets)) {
    return 'it is not https'
  }
  if (username !== '' || password !== '') return 'it holds a user name or a password'
  if (rule.allowPrivateTargets) return undefined
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host) !== 0) return isPublicAddress(host) ? undefined : 'its address is not public'
  return host === 'localhost' || host.endsWith('.localhost')
    ? 'its address is not public'
    : undefined
}

/**
 * A DNS lookup that answers only vetted addresses, and none when any of them is not public: what is
 * connected to is what was looked at, so that a second answer cannot slip in.
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
