/** The version of the Internet Protocol that an address belongs to, as `net.BlockList` calls it. */
export type AddressFamily = 'ipv4' | 'ipv6'

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/** An IPv4 address as an IPv6 socket shows it, the usual case on a server that listens to both. */
const mappedDotted = /^::ffff:([\d.]+)$/i
const mappedHex = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/

const dotted = (high: string, low: string): string => {
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return `${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`
}

const plainIpv6 = (host: string): string | undefined => {
  const [address = ''] = host.split('%', 1)
  if (!/^[\da-f:.]+$/i.test(address)) return undefined
  try {
    const shortest = new URL(`http://[${address}]`).hostname.slice(1, -1)
    const [, high, low] = mappedHex.exec(shortest) ?? []
    return high === undefined || low === undefined ? shortest : dotted(high, low)
  } catch {
    return undefined
  }
}

/**
 * An address in its plain form: no port, brackets or zone, IPv4 as IPv4 even where a socket of both versions shows
 * `::ffff:192.0.2.1`, IPv6 in its shortest form. Undefined for anything that is no address.
 */
export const plainAddress = (address: string | undefined): string | undefined => {
  if (typeof address !== 'string' || address.length > 100) return undefined
  const text = address.trim()
  const host = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const candidate = mappedDotted.exec(host)?.[1] ?? host
  return ipv4.test(candidate) ? candidate : plainIpv6(host)
}

/** The version that a plain address belongs to. */
export const addressFamily = (plain: string): AddressFamily =>
  plain.includes(':') ? 'ipv6' : 'ipv4'
