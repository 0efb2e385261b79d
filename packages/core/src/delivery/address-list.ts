import { WebhookConfigurationError } from '../errors.ts'
import { addressBytes } from './address-bytes.ts'
import { plainAddress } from './plain-address.ts'

/** A list of addresses and networks: whether an address in its plain form is on it. */
export type AddressList = (plain: string) => boolean

/** Which proxies are trusted: so many of them, or those on a list. */
export type TrustedProxies = number | AddressList

interface Network {
  readonly bytes: readonly number[]
  /** How many bits count. */
  readonly bits: number
}

/** No port, brackets or zone: those belong to a connection. */
const entryForm = /^([\da-f.]*:[\da-f:.]*|[\d.]+)(?:\/(\d{1,3}))?$/i
const withPort = /^\d+\.[\d.]*:\d/

const networkOf = (entry: unknown): Network | undefined => {
  const [, host = '', prefix] = typeof entry === 'string' ? (entryForm.exec(entry) ?? []) : []
  const plain = withPort.test(host) ? undefined : plainAddress(host)
  if (plain === undefined) return undefined
  const bytes = addressBytes(plain)
  const longest = bytes.length * 8
  if (prefix === undefined) return { bytes, bits: longest }
  // `::ffff:192.0.2.0/120` is a network of IPv4.
  const mapped = host.includes(':') && longest === 32 ? 96 : 0
  const bits = Number(prefix) - mapped
  return bits >= 0 && bits <= longest ? { bytes, bits } : undefined
}

const contains = ({ bytes, bits }: Network, address: readonly number[]): boolean =>
  address.length === bytes.length &&
  bytes.every((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8))
    return (byte ^ (address[index] ?? 0)) >> (8 - kept) === 0
  })

/**
 * Reads a list of addresses and networks in CIDR notation, IPv4 and IPv6.
 *
 * @param option - its name, for the error
 * @throws WebhookConfigurationError `option_invalid` for what is no list, and for an entry that is neither
 */
export const addressList = (option: string, entries: unknown): AddressList => {
  if (!Array.isArray(entries)) {
    throw new WebhookConfigurationError(
      'option_invalid',
      `\`${option}\` is not a list.`,
      "Pass a list of addresses and networks, such as `['203.0.113.0/24', '2001:db8::/32']`.",
    )
  }
  const networks = entries.map((entry: unknown, index) => {
    const network = networkOf(entry)
    if (network !== undefined) return network
    throw new WebhookConfigurationError(
      'option_invalid',
      `\`${option}[${index}]\` is neither an address nor a network: ${String(entry).slice(0, 100)}.`,
      'Write `203.0.113.7`, `203.0.113.0/24` or `2001:db8::/32`, without a port, brackets or a zone.',
    )
  })
  return (plain) => {
    const address = addressBytes(plain)
    return networks.some((network) => contains(network, address))
  }
}
