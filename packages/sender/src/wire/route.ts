import { lookup as resolve } from 'node:dns'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { networkError, type PostResult } from './answer.ts'

/** How a plan reaches its target. */
export interface Route {
  /** Finds the addresses that may be connected to. */
  readonly lookup: LookupFunction | undefined
  /** Milliseconds until a connection must stand. */
  readonly connectTimeoutMs: number
  /** Gives the attempt up. */
  readonly signal: AbortSignal | undefined
}

/** The connections that are kept for the next attempt. */
export interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

const newAgents = (): Agents => {
  // Node's servers hang up after 5 idle seconds, just when a retry comes: this side is done first.
  const options = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, timeout: 1000 }
  return { http: new HttpAgent(options), https: new HttpsAgent(options) }
}

const agents = new WeakMap<LookupFunction, Agents>()

/**
 * The kept connections of a lookup. No lookup is asked about a connection that stands, so one that another
 * lookup allowed, or none looked at, must not be found here.
 */
export const agentsOf = (lookup: LookupFunction = resolve): Agents => {
  const known = agents.get(lookup)
  if (known !== undefined) return known
  const made = newAgents()
  agents.set(lookup, made)
  return made
}

/** The host of a URL as `node:net` takes it: an IPv6 address without its brackets. */
export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')

/** Node asks no lookup about a host that is an address already. What it says against one; undefined when it may be connected to. */
export const refusedAddress = (
  url: string,
  { lookup }: Route,
): Promise<PostResult | undefined> | undefined => {
  const host = hostOf(url)
  if (lookup === undefined || isIP(host) === 0) return undefined
  return new Promise((answer) => {
    lookup(host, {}, (error) => answer(error === null ? undefined : networkError(error)))
  })
}
