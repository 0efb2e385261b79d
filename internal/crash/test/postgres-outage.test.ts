import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { postgresStore, postgresTransactional } from '@ainexlayer/webhooks-postgres'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startProxy } from '../src/index.ts'
import { missing, postgresUrl } from './places.ts'

const why = missing('postgres')

/** A pool behind a proxy, and a receiver that uses it. */
const setUp = async () => {
  const url = new URL(postgresUrl)
  const proxy = await startProxy(Number(url.port || 5432))
  url.hostname = '127.0.0.1'
  url.port = String(proxy.port)
  const pool = new pg.Pool({ connectionString: url.href, max: 1, connectionTimeoutMillis: 500 })
  pool.on('error', () => {})
  const table = `ainl_${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`
  const store = postgresStore({ client: pool, table })
  await store.migrate()
  const logged = { ...quiet, warn: vi.fn() }
  let run: () => unknown = () => {}
  const handler = vi.fn(() => run())
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: logged,
    store,
    leaseMs: 1000,
    storeTimeoutMs: 800,
  }).on('*', handler)
  onTestFinished(async () => {
    proxy.mend()
    await pool.query(`DROP TABLE ${table}`)
    await pool.end()
    await proxy.close()
  })
  return {
    proxy,
    receiver,
    handler,
    logged,
    whileRunning: (todo: () => unknown) => {
      run = todo
    },
  }
}

const newRequest = () => signedRequest({ event: fixture('chat.message') })

test('a claim whose reply was lost with the connection is sent again, and is ours', async ({
  skip,
}) => {
  if (why !== undefined) skip(why)
  const { proxy, receiver, handler } = await setUp()
  await receiver.handle(await newRequest())
  handler.mockClear()
  proxy.loseNextAnswer()
  expect(await receiver.handle(await newRequest())).toMatchObject({
    outcome: 'processed',
    run: 1,
  })
  expect(handler).toHaveBeenCalledOnce()
})

test('Postgres that cannot be reached is 503, and works again when it is back', async ({
  skip,
}) => {
  if (why !== undefined) skip(why)
  const { proxy, receiver, handler } = await setUp()
  proxy.cut()
  const request = await newRequest()
  expect(await receiver.handle(request)).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(handler).not.toHaveBeenCalled()
  proxy.mend()
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
})

test('Postgres that goes away while a handler runs has the event as handled when it is back', async ({
  skip,
}) => {
  if (why !== undefined) skip(why)
  const { proxy, receiver, logged, handler, whileRunning } = await setUp()
  whileRunning(() => proxy.cut())
  const request = await newRequest()
  const answered = receiver.handle(request)
  await vi.waitFor(
    () =>
      expect(logged.warn.mock.calls.flat()).toContainEqual(expect.stringContaining('`complete`')),
    { timeout: 5000 },
  )
  proxy.mend()
  const result = await answered
  expect(result).toMatchObject({ outcome: 'processed', status: 200 })
  expect(result).not.toHaveProperty('unrecorded')
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
  expect(handler).toHaveBeenCalledOnce()
})

test('a transactional store gives up connections that never answer, and runs the event on a new one', async ({
  skip,
}) => {
  if (why !== undefined) skip(why)
  const url = new URL(postgresUrl)
  const proxy = await startProxy(Number(url.port || 5432))
  url.hostname = '127.0.0.1'
  url.port = String(proxy.port)
  const pool = new pg.Pool({ connectionString: url.href, max: 1 })
  pool.on('error', () => {})
  const table = `ainl_${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`
  const store = postgresTransactional({ client: pool, table })
  await store.migrate()
  onTestFinished(async () => {
    await pool.query(`DROP TABLE ${table}`)
    await pool.end()
    await proxy.close()
  })
  const handler = vi.fn()
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    store,
  }).on('*', handler)
  proxy.silence()
  const request = await newRequest()
  expect(await receiver.handle(request)).toMatchObject({ status: 503, reason: 'no_answer' })
  expect(handler).not.toHaveBeenCalled()
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed', run: 1 })
}, 20_000)
