import { createHash, timingSafeEqual } from 'node:crypto'
import { Problem, unauthorized } from '@ainexlayer/webhooks-contract'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The cookie with the key, for `/stream`. */
export const keyCookie = 'ainexlayer_key'

/** Where a request may carry the key. Only `/stream` takes more than the header: an EventSource cannot send one. */
const keysOf = (c: Context): string[] => {
  const header = c.req.header('authorization') ?? ''
  const [, bearer = ''] = /^Bearer (.+)$/.exec(header) ?? []
  if (c.req.method !== 'GET' || !c.req.path.endsWith('/stream')) return [bearer]
  return [bearer, getCookie(c, keyCookie) ?? '', c.req.query('access_token') ?? '']
}

/** Refuses a request without the key, `Authorization: Bearer …`; compared in constant time. */
export const requireKey = (apiKey: string): MiddlewareHandler => {
  const expected = digest(apiKey)
  return async (c, next) => {
    if (!keysOf(c).some((key) => timingSafeEqual(digest(key), expected))) throw unauthorized()
    await next()
  }
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether a host is this machine alone. */
export const isLoopback = (host: string): boolean =>
  host === '::1' || loopbackNames.has(host) || /^127(\.\d{1,3}){3}$/.test(host)

/**
 * Refuses a request that names another host than this machine: a page whose name leads to 127.0.0.1 could
 * otherwise talk to a sender on loopback.
 */
export const refuseOtherHosts = (request: Request): Response | undefined => {
  const { hostname } = new URL(request.url)
  if (isLoopback(hostname)) return undefined
  const error = {
    code: 'HOST_NOT_ALLOWED',
    message: 'This sender listens on loopback: call it as `localhost` or `127.0.0.1`.',
  }
  return Response.json({ success: false, error }, { status: 403 })
}

/** How many requests the API takes in a span of time. */
export interface ApiRateLimit {
  readonly requests: number
  readonly perSeconds: number
}

/** The environment of the calls that the sender's own dashboard makes: no request from outside can have it. */
export const ownCalls = Object.freeze({ ownCalls: true })

/** Refuses requests above the limit with 429 and Retry-After. The dashboard's calls do not count. */
export const limitRate = ({ requests, perSeconds }: ApiRateLimit): MiddlewareHandler => {
  const limiter = new RateLimiterMemory({ points: requests, duration: perSeconds })
  return async (c, next) => {
    if (c.env === ownCalls) return next()
    try {
      await limiter.consume('api')
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      throw new Problem('RATE_LIMITED', 'Too many requests; try again later.', {
        retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
      })
    }
    await next()
  }
}
