import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, storeCases, testSecret } from '@ainexlayer/webhooks/testing'
import { parkingCases, quiet, serviceCases } from '@ainexlayer/webhooks-conformance'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  postgresParking,
  postgresSchema,
  postgresStore,
  postgresTransactional,
} from '../src/index.ts'
import { newTable, noServer, there, url } from './server.ts'

const table = newTable()

const pool = new pg.Pool({ connectionString: url, max: 10 })
const sql = postgres(url, { max: 10, onnotice: () => {} })
const embedded = new PGlite()
pool.on('error', () => {})

const clients = [
  { name: 'pg', client: pool, isThere: there },
  { name: 'postgres.js', client: sql, isThere: there },
  { name: 'PGlite', client: embedded, isThere: true },
]

beforeAll(async () => {
  for (const { client, isThere } of clients) {
    if (isThere) await postgresStore({ client, table }).migrate()
  }
  // PGlite compiles Postgres first, which takes its time on a busy machine.
}, 60_000)
afterAll(async () => {
  if (there) await pool.query(`DROP TABLE IF EXISTS ${table}, ${table}_parked`)
  await Promise.all([pool.end(), sql.end(), embedded.close()])
})

describe.each(clients)('$name', ({ name: clientName, client, isThere }) => {
  const newStore = () => postgresStore({ client, table })

  for (const { name, run } of [
    ...storeCases(() => ({ store: newStore() })),
    ...serviceCases(newStore),
  ]) {
    test(name, async ({ skip }) => {
      if (!isThere) skip(noServer)
      await run()
    })
  }

  const newParking = async () => {
    const parking = postgresParking({ client, table: `${table}_parked` })
    await parking.migrate()
    return parking
  }
  for (const { name, run } of parkingCases(newParking)) {
    test(name, async ({ skip }) => {
      if (!isThere) skip(noServer)
      await run()
    })
  }

  test('of operations that go together, one that the server refuses does not fail its neighbours', async ({
    skip,
  }) => {
    if (!isThere) skip(noServer)
    const store = newStore()
    const keys = Array.from({ length: 30 }, () => `poisoned-${crypto.randomUUID()}`)
    const fingerprint = 'fp'
    const times = { leaseMs: 5000, retentionMs: 9000 }
    // No text of Postgres holds this character.
    const claims = await Promise.allSettled(
      keys.map((key, index) =>
        store.claim({ key, token: 't', fingerprint: index === 20 ? '\0' : fingerprint, ...times }),
      ),
    )
    expect(claims.map(({ status }) => status)).toEqual(
      keys.map((_, index) => (index === 20 ? 'rejected' : 'fulfilled')),
    )
    const completed = await Promise.allSettled(
      keys.map((key, index) =>
        store.complete({ key, token: 't', result: index === 10 ? '\0' : `of ${index}` }),
      ),
    )
    expect(completed.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    const claim = { token: 'u', fingerprint, ...times }
    expect(await store.claim({ ...claim, key: keys[29] ?? '' })).toMatchObject({
      kind: 'done',
      result: 'of 29',
    })
    expect(await store.claim({ ...claim, key: keys[10] ?? '' })).toMatchObject({
      kind: 'in_flight',
    })
  })

  test('migrate may be run at every start', async ({ skip }) => {
    if (!isThere) skip(noServer)
    await newStore().migrate()
    await newStore().migrate()
  })

  // PGlite runs in this process, on its clock.
  if (clientName !== 'PGlite') {
    test('the host’s clock does not matter', async ({ skip }) => {
      if (!isThere) skip(noServer)
      const store = newStore()
      const key = `clock-${crypto.randomUUID()}`
      const claim = (token: string) =>
        store.claim({ key, token, fingerprint: 'fp', leaseMs: 5000, retentionMs: 9000 })
      await claim('a')
      const hostNow = vi.spyOn(Date, 'now')
      for (const hour of [3_600_000, -3_600_000]) {
        hostNow.mockReturnValue(Math.round(performance.timeOrigin + performance.now()) + hour)
        expect(await claim('b')).toMatchObject({ kind: 'in_flight' })
      }
      hostNow.mockRestore()
    })
  }

  test('a receiver on it handles an event once, from two processes too', async ({ skip }) => {
    if (!isThere) skip(noServer)
    const handler = vi.fn()
    const receivers = [1, 2].map(() =>
      createReceiver({
        endpoint: 'default',
        secret: testSecret,
        logger: quiet,
        store: newStore(),
      }).on('*', handler),
    )
    const request = await signedRequest({ event: fixture('chat.message') })
    const outcomes = await Promise.all(receivers.map((receiver) => receiver.handle(request)))
    expect(outcomes.filter(({ outcome }) => outcome === 'processed')).toHaveLength(1)
    expect(handler).toHaveBeenCalledOnce()
  })
})

test('a connection that was cut does not keep the pool from recovering', async ({ skip }) => {
  if (!there) skip(noServer)
  const own = new pg.Pool({ connectionString: url, max: 1, application_name: table })
  own.on('error', () => {})
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    store: postgresStore({ client: own, table }),
    storeTimeoutMs: 2000,
  }).on('*', () => {})
  await own.query('SELECT 1')
  const held = await own.connect()
  held.on('error', () => {})
  await pool.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
    [table],
  )
  held.release(true)
  const request = await signedRequest({ event: fixture('chat.message') })
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
  await own.end()
})

test('a pool without an error listener is warned of, once for all that use it', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const client = new pg.Pool({ connectionString: url, max: 1 })
  const warn = vi.fn()
  const claim = (token: string) =>
    postgresStore({ client, table, warn }).claim({
      key: `listener-${crypto.randomUUID()}`,
      token,
      fingerprint: 'fp',
      leaseMs: 5000,
      retentionMs: 9000,
    })
  await claim('a')
  await claim('b')
  await postgresTransactional({ client, table, warn }).transact(
    { key: crypto.randomUUID(), fingerprint: 'fp', retentionMs: 9000, maxRunMs: 5000 },
    async () => ({ commit: false, value: undefined }),
  )
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('`error` listener'))
  await client.end()

  const heard = new pg.Pool({ connectionString: url, max: 1 })
  heard.on('error', () => {})
  const quietly = vi.fn()
  await postgresStore({ client: heard, table, warn: quietly }).forget('nothing')
  await postgresTransactional({ client: heard, table, warn: quietly }).transact(
    { key: crypto.randomUUID(), fingerprint: 'fp', retentionMs: 9000, maxRunMs: 5000 },
    async () => ({ commit: false, value: undefined }),
  )
  expect(quietly).not.toHaveBeenCalled()
  await heard.end()
})

test('a server that is not there is store_unavailable: 503, and the handlers do not run', async () => {
  const client = new pg.Pool({ connectionString: 'postgres://postgres@127.0.0.1:1/test' })
  client.on('error', () => {})
  const handler = vi.fn()
  const store = postgresStore({ client })
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    store,
  }).on('*', handler)
  const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(result).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(handler).not.toHaveBeenCalled()
  await client.end()
})

test('a table whose name is not plain is refused', () => {
  for (const wrong of ['events; DROP TABLE x', 'a.b.c', '"x"', '', 'Ü']) {
    expect(() => postgresSchema(wrong)).toThrow(expect.objectContaining({ code: 'option_invalid' }))
    expect(() => postgresStore({ client: pool, table: wrong })).toThrow(
      expect.objectContaining({ code: 'option_invalid' }),
    )
  }
})

test('a table in partitions by hash passes the same cases', async ({ skip }) => {
  if (!there) skip(noServer)
  const parts = `${table}_parts`
  await pool.query(
    `${postgresSchema(parts)
      .replace(/ WITH \(fillfactor = \d+\)/, ' PARTITION BY HASH (key)')
      .split(';')
      .join(';\n')}
     CREATE TABLE ${parts}_0 PARTITION OF ${parts} FOR VALUES WITH (MODULUS 2, REMAINDER 0) WITH (fillfactor = 70);
     CREATE TABLE ${parts}_1 PARTITION OF ${parts} FOR VALUES WITH (MODULUS 2, REMAINDER 1) WITH (fillfactor = 70);`,
  )
  onTestFinished(async () => {
    await pool.query(`DROP TABLE ${parts}`)
  })
  const store = postgresStore({ client: pool, table: parts })
  await store.migrate()
  for (const { run } of storeCases(() => ({ store }))) await run()
  await store.sweep(1000)
})
