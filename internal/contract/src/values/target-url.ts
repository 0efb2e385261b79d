import ipaddr from 'ipaddr.js'

/** Which targets are allowed beyond public https addresses. */
export interface AddressRule {
  /** Allows plain http and every address: for development and tests. */
  readonly allowPrivateTargets: boolean
}

/** Addresses of old that hold one of IPv4: `::127.0.0.1` is one. `range` takes them for public. */
const compatible = ipaddr.IPv6.parseCIDR('::/96')

/** Whether an address is a public unicast address: not loopback, private, link-local, reserved or mapped to one. */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv6 && parsed.match(compatible)) return false
  return parsed.range() === 'unicast'
}

/** Why a URL may not be a target; undefined when it may, as far as can be seen without DNS. */
export const refuseUrl = (url: string, rule: AddressRule): string | undefined => {
  if (!URL.canParse(url)) return 'it is not a URL'
  const { protocol, username, password, hostname } = new URL(url)
  if (protocol !== 'https:' && !(protocol === 'http:' && rule.allowPrivateTargets)) {
    return 'it is not https'
  }
  if (username !== '' || password !== '') return 'it holds a user name or a password'
  if (rule.allowPrivateTargets) return undefined
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  // `URL` has already written every form of an IPv4 address with four decimal numbers.
  if (ipaddr.isValid(host)) return isPublicAddress(host) ? undefined : 'its address is not public'
  return host === 'localhost' || host.endsWith('.localhost')
    ? 'its address is not public'
    : undefined
}
