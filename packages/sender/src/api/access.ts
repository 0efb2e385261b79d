import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from './problem.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Lets in who has the key, as `Authorization: Bearer …`; compared in constant time. */
export const requireKey = (apiKey: string): MiddlewareHandler => {
  const expected = digest(`Bearer ${apiKey}`)
  return async (c, next) => {
    if (!timingSafeEqual(digest(c.req.header('authorization') ?? ''), expected)) {
      throw new Problem(401, 'UNAUTHORIZED', 'Send your API key as `Authorization: Bearer …`.')
    }
    await next()
  }
}

/** How many calls the API takes. */
export interface ApiRateLimit {
  readonly requests: number
  readonly perSeconds: number
}

/** Refuses what comes too fast with 429 and Retry-After. */
export const limitRate = ({ requests, perSeconds }: ApiRateLimit): MiddlewareHandler => {
  const limiter = new RateLimiterMemory({ points: requests, duration: perSeconds })
  return async (_c, next) => {
    try {
      await limiter.consume('api')
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      throw new Problem(429, 'RATE_LIMITED', 'Too many calls; try again later.', {
        retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
      })
    }
    await next()
  }
}
