import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { parkingCases, quiet } from '@ainexlayer/webhooks-conformance'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { postgresParking, postgresStore, postgresTransactional } from '../src/index.ts'
import { hasPgBouncer, noPgBouncer, type Pooler, startPgBouncer } from './pgbouncer.ts'
import { newTable, noServer, there, url } from './server.ts'

const table = `${newTable()}_pooler`
const isThere = there && hasPgBouncer
const why = there ? noPgBouncer : noServer

let pooler: Pooler | undefined
beforeAll(async () => {
  if (isThere) pooler = await startPgBouncer()
})
afterAll(async () => {
  await pooler?.stop()
  if (!there) return
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(`DROP TABLE IF EXISTS ${table}, ${table}_tx, ${table}_parked`)
  await admin.end()
})

/** What a new process has: a client without any statement of its own prepared. */
const openPg = () => {
  const client = new pg.Pool({ connectionString: pooler?.url ?? '', max: 4 })
  client.on('error', () => {})
  return { client, end: () => client.end() }
}
const openPostgresJs = (prepare = false) => {
  // It prepares its own COMMIT otherwise, which such a pooler loses: see the last test.
  const client = postgres(pooler?.url ?? '', { max: 4, onnotice: () => {}, prepare })
  // Without a limit its `end` never resolves when a connection is lost at that moment, as one is that the store ends.
  return { client, end: () => client.end({ timeout: 5 }) }
}

/** 40 deliveries, four at a time: their outcomes, and how many runs they took. */
const deliver = async (store: Parameters<typeof createReceiver>[0]['store']) => {
  let runs = 0
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    ...(store !== undefined && { store }),
  }).on('*', async () => {
    runs++
  })
  const outcomes = new Set<string>()
  for (let round = 0; round < 10; round++) {
    const requests = await Promise.all(
      [1, 2, 3, 4].map(() => signedRequest({ event: fixture('chat.message') })),
    )
    const results = await Promise.all(requests.map((request) => receiver.handle(request)))
    for (const { outcome } of results) outcomes.add(outcome)
  }
  return { outcomes: [...outcomes], runs }
}

const all = { outcomes: ['processed'], runs: 40 }

describe.each([
  { name: 'pg', open: openPg },
  { name: 'postgres.js', open: openPostgresJs },
])('$name behind PgBouncer in transaction mode', ({ open }) => {
  test('the store finds out that it must not prepare, for each new process', async ({ skip }) => {
    if (!isThere) skip(why)
    for (let start = 0; start < 3; start++) {
      const { client, end } = open()
      const store = postgresStore({ client, table })
      await store.migrate()
      expect(await deliver(store)).toEqual(all)
      await end()
    }
  })

  test('the transactional store does so as well', async ({ skip }) => {
    if (!isThere) skip(why)
    for (let start = 0; start < 3; start++) {
      const { client, end } = open()
      const store = postgresTransactional({ client, table: `${table}_tx` })
      await store.migrate()
      expect(await deliver(store)).toEqual(all)
      await end()
    }
  })

  test('with `prepare: false` nothing is prepared at all', async ({ skip }) => {
    if (!isThere) skip(why)
    const { client, end } = open()
    const store = postgresStore({ client, table, prepare: false })
    await store.migrate()
    expect(await deliver(store)).toEqual(all)
    const transactional = postgresTransactional({ client, table: `${table}_tx`, prepare: false })
    await transactional.migrate()
    expect(await deliver(transactional)).toEqual(all)
    await end()
  })

  test('a run that takes longer than maxRunMs is ended on the server here too', async ({
    skip,
  }) => {
    if (!isThere) skip(why)
    const { client, end } = open()
    const store = postgresTransactional({ client, table: `${table}_tx` })
    await store.migrate()
    const about = { key: crypto.randomUUID(), fingerprint: 'fp', retentionMs: 60_000 }
    const sleep = 'SELECT pg_sleep(60)'
    const hung = await store.transact({ ...about, maxRunMs: 200 }, async (tx) => {
      await ('unsafe' in tx ? tx.unsafe(sleep) : tx.query(sleep))
      return { commit: true, value: undefined }
    })
    expect(hung).toEqual({ kind: 'timed_out' })
    await vi.waitFor(async () => {
      const next = store.transact({ ...about, maxRunMs: 5000 }, async () => ({
        commit: true,
        value: undefined,
      }))
      expect(await next).toMatchObject({ kind: 'committed' })
    }, 3000)
    await end()
  })

  for (const { name, run } of parkingCases(async () => {
    const parking = postgresParking({ client: open().client, table: `${table}_parked` })
    await parking.migrate()
    return parking
  })) {
    test(name, async ({ skip }) => {
      if (!isThere) skip(why)
      await run()
    })
  }
})

test('a COMMIT that postgres.js prepared and the pooler lost is no success, and says what to write', async ({
  skip,
}) => {
  if (!isThere) skip(why)
  const { client, end } = openPostgresJs(true)
  const direct = new pg.Pool({ connectionString: url })
  const store = postgresTransactional({ client, table: `${table}_tx` })
  await store.migrate()
  const errors: unknown[] = []
  for (let round = 0; round < 10; round++) {
    await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const key = crypto.randomUUID()
        const about = { key, fingerprint: 'fp', retentionMs: 60_000, maxRunMs: 5_000 }
        const outcome = await store
          .transact(about, async () => ({ commit: true, value: undefined }))
          .catch((error: unknown) => error)
        const text = `SELECT state FROM ${table}_tx WHERE key = $1`
        const { rows } = await direct.query(text, [key])
        const done = [{ state: 2 }]
        if (outcome instanceof Error) {
          errors.push(outcome)
          // Rarely it is an answer that was lost, not the COMMIT: the sender's retry finds the event done.
          expect([[], done]).toContainEqual(rows)
        } else {
          expect(outcome).toEqual({ kind: 'committed', value: undefined })
          expect(rows).toEqual(done)
        }
      }),
    )
  }
  expect(errors.length).toBeGreaterThan(0)
  for (const error of errors) {
    expect(error).toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('create the client with `prepare: false`'),
    })
  }
  await Promise.all([end(), direct.end()])
})
