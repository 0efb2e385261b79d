import { createReceiver, PermanentFailure } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { startProxy } from '@ainexlayer/webhooks-crash'
import { Pool } from 'pg'
import PgBoss from 'pg-boss'
import { expect, test, vi } from 'vitest'
import { pgBossDispatch, pgBossWorker } from '../src/index.ts'
import { newSchema, noServer, there, url } from './server.ts'

test('with Postgres down the answer is 503 in time, and a retry succeeds once it is back', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const proxy = await startProxy(Number(new URL(url).port || 5432))
  const connectionString = Object.assign(new URL(url), { hostname: '127.0.0.1', port: proxy.port })
  const schema = newSchema()
  const boss = new PgBoss({ connectionString: connectionString.href, schema, schedule: false })
  boss.on('error', () => {})
  await boss.start()
  await boss.createQueue('webhooks')
  proxy.cut()
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    dispatch: pgBossDispatch(boss, { queue: 'webhooks' }),
    dispatchTimeoutMs: 300,
  })
  const event = fixture('chat.message')
  const deliver = async () => receiver.handle(await signedRequest({ event }))

  const startedAt = performance.now()
  const refused = await deliver()
  expect(performance.now() - startedAt).toBeLessThan(1500)
  expect(refused).toMatchObject({ status: 503, code: 'queue_unavailable' })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  const health = () => receiver.health({ timeoutMs: 300 })
  expect(await health()).toMatchObject({ ok: false, queue: { ok: false } })

  proxy.mend()
  await vi.waitFor(async () => expect((await deliver()).status).toBe(202), 10_000)
  expect(await health()).toMatchObject({ ok: true, queue: { ok: true } })
  const handler = vi.fn()
  const workers = createReceiver({ secret: testSecret, logger: quiet }).on('*', handler)
  const worker = await pgBossWorker(workers, boss, { queue: 'webhooks' })
  await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), 10_000)
  await worker.close()
  await boss.stop({ timeout: 2000, wait: true })
  await proxy.close()
  const pool = new Pool({ connectionString: url })
  await pool.query(`DROP SCHEMA ${schema} CASCADE`)
  await pool.end()
})

test.for<[string, () => Promise<void>, string]>([
  ['succeeds', async () => {}, 'completed'],
  ['fails', () => Promise.reject(new Error('no luck')), 'failed'],
  ['gives up', () => Promise.reject(new PermanentFailure('no such account')), 'failed'],
])(
  'a handler that %s while Postgres is away leaves the worker alive, and its end is kept',
  async ([, end, state], { skip }) => {
    if (!there) skip(noServer)
    const proxy = await startProxy(Number(new URL(url).port || 5432))
    const connectionString = Object.assign(new URL(url), {
      hostname: '127.0.0.1',
      port: proxy.port,
    })
    const schema = newSchema()
    const boss = new PgBoss({ connectionString: connectionString.href, schema, schedule: false })
    boss.on('error', () => {})
    await boss.start()
    await boss.createQueue('webhooks', { name: 'webhooks', retryLimit: 0 })
    const handler = vi.fn(async () => {
      proxy.cut()
      await end()
    })
    const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', handler)
    const accepting = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger: quiet,
      dispatch: pgBossDispatch(boss, { queue: 'webhooks' }),
    })
    await accepting.handle(await signedRequest({ event: fixture('chat.message') }))
    const worker = await pgBossWorker(receiver, boss, { queue: 'webhooks' })
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), 10_000)

    proxy.mend()
    const pool = new Pool({ connectionString: url })
    await vi.waitFor(async () => {
      const { rows } = await pool.query(`SELECT state FROM ${schema}.job WHERE name = 'webhooks'`)
      expect(rows).toEqual([{ state }])
    }, 10_000)
    expect(handler).toHaveBeenCalledOnce()
    await worker.close()
    await boss.stop({ timeout: 2000, wait: true })
    await proxy.close()
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
  },
)
