import { createHash, timingSafeEqual } from 'node:crypto'
import { Problem, unauthorized } from '@ainexlayer/webhooks-contract'
import type { MiddlewareHandler } from 'hono'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Refuses a request without the key, `Authorization: Bearer …`; compared in constant time. */
export const requireKey = (apiKey: string): MiddlewareHandler => {
  const expected = digest(`Bearer ${apiKey}`)
  return async (c, next) => {
    if (!timingSafeEqual(digest(c.req.header('authorization') ?? ''), expected)) {
      throw unauthorized()
    }
    await next()
  }
}

/** How many requests the API takes in a span of time. */
export interface ApiRateLimit {
  readonly requests: number
  readonly perSeconds: number
}

/** Refuses requests above the limit with 429 and Retry-After. */
export const limitRate = ({ requests, perSeconds }: ApiRateLimit): MiddlewareHandler => {
  const limiter = new RateLimiterMemory({ points: requests, duration: perSeconds })
  return async (_c, next) => {
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
