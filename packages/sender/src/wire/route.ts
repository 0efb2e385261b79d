import { lookup as resolve } from 'node:dns'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { networkError, type PostResult } from './answer.ts'
import type { StartingLine } from './starting-line.ts'

/** How a plan reaches its target. */
export interface Route {
  /** Resolves a host name; it gives out only addresses that may be connected to. */
  readonly lookup: LookupFunction | undefined
  /** Milliseconds to connect. */
  readonly connectTimeoutMs: number
  /** Aborts the attempt. */
  readonly signal: AbortSignal | undefined
  /** Authorities that are trusted beside the system's own, in PEM. */
  readonly ca?: readonly string[] | undefined
  /** Where the last byte of a body waits for those of others. */
  readonly startingLine?: StartingLine | undefined
}

/** The connections that are kept for the next attempt. */
export interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

const newAgents = (): Agents => {
  // Node's servers close an idle connection after 5 s, just when a retry comes: this side closes it first.
  const options = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, timeout: 1000 }
  return { http: new HttpAgent(options), https: new HttpsAgent(options) }
}

const agents = new WeakMap<LookupFunction, Agents>()

/**
 * The open connections of a lookup. An open connection is used without a lookup, so a connection that
 * another lookup allowed must not be found here.
 */
export const agentsOf = (lookup: LookupFunction = resolve): Agents => {
  const known = agents.get(lookup)
  if (known !== undefined) return known
  const created = newAgents()
  agents.set(lookup, created)
  return created
}

/** The host of a URL as `node:net` takes it: an IPv6 address without its brackets. */
export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')

/** Asks the lookup about a host that is an address, which Node does not do; undefined when it is allowed. */
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
