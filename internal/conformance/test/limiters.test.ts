import { createReceiver, type IncomingRequest, type LimiterOptions } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { Redis } from 'ioredis'
import pg from 'pg'
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRedis } from 'rate-limiter-flexible'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { quiet, reachable } from '../src/index.ts'

const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
const postgresUrl = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
const redisThere = await reachable('Redis', redisUrl)
const postgresThere = await reachable('Postgres', postgresUrl)
const run = `ainl_limit_${Date.now().toString(36)}_${process.pid}`

const redis = new Redis(redisUrl, { lazyConnect: true })
const pool = new pg.Pool({ connectionString: postgresUrl, max: 2 })
afterAll(async () => {
  redis.disconnect()
  if (postgresThere) await pool.query(`DROP TABLE IF EXISTS ${run}`)
  await pool.end()
})

let count = 0
/** At most three in a minute, and its own keys. */
const limits = () => ({ points: 3, duration: 60, keyPrefix: `${run}_${count++}` })

const limiters = [
  {
    name: 'memory',
    there: true,
    open: async () => new RateLimiterMemory(limits()),
  },
  {
    name: 'Redis',
    there: redisThere,
    open: async () => new RateLimiterRedis({ storeClient: redis, ...limits() }),
  },
  {
    name: 'Postgres',
    there: postgresThere,
    open: () =>
      new Promise<RateLimiterPostgres>((resolve, reject) => {
        const options = { storeClient: pool, storeType: 'pool', tableName: run, ...limits() }
        const limiter: RateLimiterPostgres = new RateLimiterPostgres(options, (error) =>
          error === undefined ? resolve(limiter) : reject(error),
        )
      }),
  },
]

const from = async (remoteAddress: string): Promise<IncomingRequest> => ({
  ...(await signedRequest({ event: fixture('user.login') })),
  remoteAddress,
})
const forged = async (remoteAddress: string): Promise<IncomingRequest> => ({
  ...(await from(remoteAddress)),
  body: '{}',
})

describe.each(limiters)(
  'the limiter for $name of rate-limiter-flexible',
  ({ name, there, open }) => {
    const receiverWith = async (options: Omit<LimiterOptions, 'limiter'> = {}) => {
      const limiter = await open()
      const throttle = Object.keys(options).length === 0 ? limiter : { limiter, ...options }
      return createReceiver({ secret: testSecret, logger: quiet, throttle }).on('*', () => {})
    }

    test('refuses an address with too many failed verifications, and never what is genuine', async ({
      skip,
    }) => {
      if (!there) skip(`no ${name}`)
      const receiver = await receiverWith()
      for (let n = 0; n < 3; n++) {
        expect(await receiver.handle(await forged('203.0.113.7'))).toMatchObject({ status: 401 })
        // Behind the same proxy: what is genuine is not counted.
        expect(await receiver.handle(await from('203.0.113.7'))).toMatchObject({ status: 200 })
      }
      const refused = await receiver.handle(await forged('::ffff:203.0.113.7'))
      expect(refused).toMatchObject({ status: 429, body: '{"error":"rate_limited"}' })
      const after = Number(refused.headers['retry-after'])
      expect(after).toBeGreaterThan(0)
      expect(after).toBeLessThanOrEqual(60)
      expect(await receiver.handle(await from('203.0.113.7'))).toMatchObject({ status: 200 })
      expect(await receiver.handle(await forged('203.0.113.8'))).toMatchObject({ status: 401 })
    })

    test('counts a /64 of IPv6 as one address', async ({ skip }) => {
      if (!there) skip(`no ${name}`)
      const receiver = await receiverWith()
      for (const last of ['1', 'a:1', 'b:c:d']) {
        expect(await receiver.handle(await forged(`2001:db8:0:7::${last}`))).toMatchObject({
          status: 401,
        })
      }
      expect(await receiver.handle(await forged('2001:db8:0:7::99'))).toMatchObject({ status: 429 })
      expect(await receiver.handle(await forged('2001:db8:0:8::1'))).toMatchObject({ status: 401 })
    })

    test('limits all requests where it is told to, before their bodies are read', async ({
      skip,
    }) => {
      if (!there) skip(`no ${name}`)
      const receiver = await receiverWith({ count: 'all' })
      for (let n = 0; n < 3; n++) {
        expect(await receiver.handle(await from('203.0.113.7'))).toMatchObject({ status: 200 })
      }
      const body = vi.fn()
      expect(await receiver.handle({ ...(await from('203.0.113.7')), body })).toMatchObject({
        status: 429,
      })
      expect(body).not.toHaveBeenCalled()
      expect(await receiver.handle(await from('203.0.113.8'))).toMatchObject({ status: 200 })
    })
  },
)

describe('a limiter that is down', () => {
  const downs = {
    fails: () => Promise.reject(new Error('connect ECONNREFUSED')),
    throws: () => {
      throw new Error('connect ECONNREFUSED')
    },
    'never answers': () => new Promise<never>(() => {}),
  }
  describe.each(Object.entries(downs))('because it %s', (_, consume) => {
    const limiter = { consume }

    test.each(['failures', 'all'] as const)(
      'with %s, lets requests through and is logged once',
      async (count) => {
        const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
        const receiver = createReceiver({
          secret: testSecret,
          logger,
          throttle: { limiter, count, timeoutMs: 20 },
        }).on('*', () => {})
        expect(await receiver.handle(await from('203.0.113.7'))).toMatchObject({ status: 200 })
        for (let n = 0; n < 3; n++) {
          expect(await receiver.handle(await forged('203.0.113.7'))).toMatchObject({ status: 401 })
        }
        expect(logger.error.mock.calls.map(([, message]) => message)).toEqual([
          'the limiter of `throttle` failed: requests get through uncounted (`onThrottleError`)',
        ])
      },
    )

    test('refuses with `onThrottleError`, and asks to come again', async () => {
      const receiver = createReceiver({
        secret: testSecret,
        logger: quiet,
        throttle: { limiter, count: 'all', timeoutMs: 20 },
        onThrottleError: 'refuse',
      })
      const refused = await receiver.handle(await from('203.0.113.7'))
      expect(refused).toMatchObject({ status: 429, code: 'rate_limited' })
      expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(5)
    })
  })

  test('of rate-limiter-flexible, whose Redis is gone, is one that fails', async () => {
    const gone = new Redis({
      port: 1,
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      retryStrategy: null,
    })
    gone.on('error', () => {})
    const limiter = new RateLimiterRedis({ storeClient: gone, points: 1, duration: 1 })
    const receiver = createReceiver({ secret: testSecret, logger: quiet, throttle: limiter })
    for (let n = 0; n < 3; n++) {
      expect(await receiver.handle(await forged('203.0.113.7'))).toMatchObject({ status: 401 })
    }
  })
})

test.each([
  [{ allow: () => true }, '`throttle` has no option `allow`.'],
  [{ limiter: {} }, '`throttle` is an object without `consume`.'],
  [
    { limiter: new RateLimiterMemory(limits()), count: 'al' },
    '`throttle.count` is `al`. Use `failures` or `all`.',
  ],
  [{ limiter: new RateLimiterMemory(limits()), timeoutMs: 0 }, '`timeoutMs`'],
  ['20/min', 'What `throttle` takes as its options is a text.'],
  [null, 'What `throttle` takes as its options is null.'],
])('%o is no throttle, and the error says what is one', (throttle, message) => {
  expect(() =>
    createReceiver({ secret: testSecret, logger: quiet, throttle: throttle as never }),
  ).toThrow(message)
})

test('a misspelt `onThrottleError` is refused', () => {
  expect(() =>
    createReceiver({ secret: testSecret, logger: quiet, onThrottleError: 'deny' as never }),
  ).toThrow('`onThrottleError` is `deny`. Use `allow` or `refuse`.')
})
