import { createReceiver } from '@ainexlayer/webhooks'
import type { TransactionalStore } from '@ainexlayer/webhooks/store'
import {
  fixture,
  signedRequest,
  type TransactionalStoreOnTrial,
  testSecret,
  transactionalCases,
} from '@ainexlayer/webhooks/testing'
import { quiet, transactionalReceiverCases } from '@ainexlayer/webhooks-conformance'
import { PGlite, type Transaction } from '@electric-sql/pglite'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgresTransactional } from '../src/index.ts'
import { newTable, noServer, there, url } from './server.ts'

const table = newTable()
const effectsTable = `${table}_effects`
const insert = `INSERT INTO ${effectsTable} VALUES ($1)`
const count = `SELECT count(*)::int AS n FROM ${effectsTable} WHERE id = $1`

const pool = new pg.Pool({ connectionString: url, max: 10 })
const pipelined = new pg.Pool({ connectionString: url, max: 10, pipeline: true })
const sql = postgres(url, { max: 10, onnotice: () => {} })
const embedded = new PGlite()
pool.on('error', () => {})
pipelined.on('error', () => {})

const onPg = (client = pool): TransactionalStoreOnTrial<pg.PoolClient> => ({
  store: postgresTransactional({ client, table }),
  write: (tx, id) => tx.query(insert, [id]),
  execute: (tx, statement) => tx.query(statement),
  effects: async (id) => (await pool.query(count, [id])).rows[0].n,
})
const onPostgresJs = (): TransactionalStoreOnTrial<postgres.TransactionSql> => ({
  store: postgresTransactional({ client: sql, table }),
  write: (tx, id) => tx.unsafe(insert, [id]),
  execute: (tx, statement) => tx.unsafe(statement),
  effects: async (id) => (await sql.unsafe(count, [id]))[0]?.['n'],
})
const onPglite = (): TransactionalStoreOnTrial<Transaction> => ({
  store: postgresTransactional({ client: embedded, table }),
  write: (tx, id) => tx.query(insert, [id]),
  execute: (tx, statement) => tx.exec(statement),
  effects: async (id) => (await embedded.query<{ n: number }>(count, [id])).rows[0]?.n ?? -1,
})

const casesOf = <Tx>(onTrial: () => TransactionalStoreOnTrial<Tx>) => [
  ...transactionalCases(onTrial),
  ...transactionalReceiverCases(onTrial),
]

const clients = [
  { name: 'pg', cases: casesOf(onPg), store: onPg().store, isThere: there },
  {
    name: 'pg, pipelined',
    cases: casesOf(() => onPg(pipelined)),
    store: onPg(pipelined).store,
    isThere: there,
  },
  {
    name: 'postgres.js',
    cases: casesOf(onPostgresJs),
    store: onPostgresJs().store,
    isThere: there,
  },
  { name: 'PGlite', cases: casesOf(onPglite), store: onPglite().store, isThere: true },
]

beforeAll(async () => {
  const createEffects = `CREATE TABLE ${effectsTable} (id text NOT NULL)`
  await embedded.exec(createEffects)
  if (there) await pool.query(createEffects)
  for (const { store, isThere } of clients) if (isThere) await migrate(store)
  // PGlite compiles Postgres first, which takes its time on a busy machine.
}, 60_000)
afterAll(async () => {
  if (there) await pool.query(`DROP TABLE ${table}, ${effectsTable}`)
  await Promise.all([pool.end(), pipelined.end(), sql.end(), embedded.close()])
})

const migrate = async (store: object): Promise<void> => {
  if ('migrate' in store && typeof store.migrate === 'function') await store.migrate()
}

describe.each(clients)('$name', ({ cases, isThere }) => {
  for (const { name, run } of cases) {
    test(name, async ({ skip }) => {
      if (!isThere) skip(noServer)
      await run()
    })
  }
})

const request = async () => signedRequest({ event: fixture('chat.message') })

test('a duplicate of what another process runs is in flight at once: it waits for no lock', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const [first, second] = [onPg(), onPg()]
  let finish = (): void => {}
  let started = (): void => {}
  const runs = new Promise<void>((resolve) => {
    started = resolve
  })
  const receiverOn = ({ store }: typeof first) =>
    createReceiver({ endpoint: 'default', secret: testSecret, logger: quiet, store }).on(
      '*',
      () => {
        started()
        return new Promise<void>((resolve) => {
          finish = resolve
        })
      },
    )
  const delivery = await request()
  const running = receiverOn(first).handle(delivery)
  await runs
  expect(await receiverOn(second).handle(delivery)).toMatchObject({ outcome: 'in_flight' })
  finish()
  expect(await running).toMatchObject({ outcome: 'processed' })
})

test('two handlers on a pool of two do not wait for each other', async ({ skip }) => {
  if (!there) skip(noServer)
  const small = new pg.Pool({ connectionString: url, max: 2 })
  small.on('error', () => {})
  const store = postgresTransactional({ client: small, table })
  const receiver = createReceiver({ endpoint: 'default', secret: testSecret, logger: quiet, store })
  receiver.on('*', ({ id }, { tx }) => tx.query(insert, [id]))
  const deliveries = await Promise.all(Array.from({ length: 40 }, request))
  const results = await Promise.all(deliveries.map((delivery) => receiver.handle(delivery)))
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['processed']))
  await small.end()
})

test('a connection that is cut while a handler runs undoes its writes, and the retry runs', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const store = postgresTransactional({ client: pool, table })
  const receiver = createReceiver({ endpoint: 'default', secret: testSecret, logger: quiet, store })
  let cut = true
  receiver.on('*', async ({ id }, { tx }) => {
    await tx.query(insert, [id])
    if (!cut) return
    cut = false
    const { rows } = await tx.query('SELECT pg_backend_pid() AS pid')
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
  })
  const event = fixture('chat.message')
  const delivery = await signedRequest({ event })
  expect(await receiver.handle(delivery)).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(await onPg().effects(event.id)).toBe(0)
  expect(await receiver.handle(delivery)).toMatchObject({ outcome: 'processed' })
  expect(await onPg().effects(event.id)).toBe(1)
})

test('a commit whose reply was lost is asked to come again, and the retry finds it done', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  // Sits between the store and the server, and loses the reply to one COMMIT.
  let lose = true
  const losing: Pick<pg.Pool, 'totalCount'> & { connect(): Promise<pg.PoolClient> } = {
    totalCount: 0,
    connect: async () => {
      const connection = await pool.connect()
      if (!lose) return connection
      const query = connection.query.bind(connection)
      connection.query = (async (config: pg.QueryConfig) => {
        const answer = await query(config)
        if (config.text !== 'COMMIT') return answer
        lose = false
        Reflect.deleteProperty(connection, 'query')
        throw new Error('Connection terminated unexpectedly')
      }) as typeof connection.query
      return connection
    },
  }
  const store = postgresTransactional({ client: losing, table })
  const receiver = createReceiver({ endpoint: 'default', secret: testSecret, logger: quiet, store })
  const event = fixture('chat.message')
  receiver.on('*', ({ id }) => {
    expect(id).toBe(event.id)
  })
  const delivery = await signedRequest({ event })
  expect(await receiver.handle(delivery)).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(await receiver.handle(delivery)).toMatchObject({ outcome: 'duplicate' })
})

/** A client with which a statement fails just before the COMMIT; the server then replies ROLLBACK, without an error. */
const failingBeforeCommit = {
  pg: {
    totalCount: 0,
    connect: async (): Promise<pg.PoolClient> => {
      const connection = await pool.connect()
      const query = connection.query.bind(connection)
      connection.query = (async (config: pg.QueryConfig) => {
        if (config.text === 'COMMIT') await query('SELECT no_such_column').catch(() => {})
        return query(config)
      }) as typeof connection.query
      return connection
    },
  },
  PGlite: {
    query: embedded.query.bind(embedded),
    exec: embedded.exec.bind(embedded),
    transaction: (run: (tx: Transaction) => Promise<unknown>) =>
      embedded.transaction(async (tx) => {
        const value = await run(tx)
        await tx.query('SELECT no_such_column').catch(() => {})
        return value
      }),
  },
}

test.for(['pg', 'PGlite'] as const)(
  'on %s a COMMIT that rolled back is no success',
  async (name, { skip }) => {
    if (name === 'pg' && !there) skip(noServer)
    const store = postgresTransactional({ client: failingBeforeCommit[name], table })
    const receiver = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger: quiet,
      store,
    })
    receiver.on('*', () => {})
    const delivery = await request()
    expect(await receiver.handle(delivery)).toMatchObject({
      status: 500,
      code: 'transaction_broken',
    })
    // Nothing was recorded.
    expect(await receiver.handle(delivery)).toMatchObject({ code: 'transaction_broken' })
  },
)

test('a run that releases its connection releases it from nobody: not now, and not later', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const single = new pg.Pool({ connectionString: url, max: 1 })
  single.on('error', () => {})
  const store = postgresTransactional({ client: single, table })
  const run = { fingerprint: 'fp', retentionMs: 60_000, maxRunMs: 10_000 }
  const [a, b] = [`a-${Date.now()}`, `b-${Date.now()}`]
  let kept: pg.PoolClient | undefined
  const first = store.transact({ ...run, key: a }, async (tx) => {
    kept = tx
    await tx.query(insert, [a])
    tx.release()
    await (tx as unknown as pg.Client).end()
    await tx.query(insert, [a])
    return { commit: true, value: undefined }
  })
  const second = store.transact({ ...run, key: b }, async (tx) => {
    await tx.query(insert, [b])
    kept?.release()
    expect(single.idleCount).toBe(0)
    return { commit: false, value: undefined }
  })
  expect(await first).toMatchObject({ kind: 'committed' })
  expect(await second).toMatchObject({ kind: 'rolled_back' })
  expect([await onPg().effects(a), await onPg().effects(b)]).toEqual([2, 0])
  await single.end()
})

test('a connection whose run ended the transaction itself is closed, with all that it had set', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const single = new pg.Pool({ connectionString: url, max: 1 })
  single.on('error', () => {})
  const store = postgresTransactional({ client: single, table })
  const run = {
    key: `dirty-${Date.now()}`,
    fingerprint: 'fp',
    retentionMs: 60_000,
    maxRunMs: 10_000,
  }
  for (const commit of [true, false]) {
    const broken = await store.transact(run, async (tx) => {
      await tx.query('COMMIT')
      await tx.query('SET search_path TO pg_catalog')
      return { commit, value: undefined }
    })
    expect(broken).toMatchObject({ kind: 'broken' })
    expect((await single.query('SHOW search_path')).rows[0].search_path).toContain('public')
  }
  const next = await store.transact(run, async () => ({ commit: true, value: undefined }))
  expect(next).toMatchObject({ kind: 'committed' })
  await single.end()
})

test('a query of postgres.js that is made in a run and awaited after it is refused', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const single = postgres(url, { max: 1, onnotice: () => {} })
  const store = postgresTransactional({ client: single, table })
  const run = { fingerprint: 'fp', retentionMs: 60_000, maxRunMs: 10_000 }
  const [a, b] = [`lazy-a-${Date.now()}`, `lazy-b-${Date.now()}`]
  const late: (() => PromiseLike<unknown>)[] = []
  await store.transact({ ...run, key: a }, async (tx) => {
    const tagged = tx`INSERT INTO ${tx(effectsTable)} VALUES (${a})`
    const unsafe = tx.unsafe(insert, [a])
    const cursor = tx.unsafe(insert, [a]).cursor()
    const each = tx.unsafe(insert, [a])
    late.push(
      () => tagged,
      () => unsafe.execute(),
      async () => {
        for await (const _ of cursor);
      },
      () => each.forEach(() => {}),
    )
    // A fragment is no query of its own.
    await tx`SELECT ${tx`1`}`
    return { commit: false, value: undefined }
  })
  const second = await store.transact({ ...run, key: b }, async (tx) => {
    await tx.unsafe(insert, [b])
    for (const act of late) await expect(act()).rejects.toThrow('has ended')
    return { commit: true, value: undefined }
  })
  expect(second).toMatchObject({ kind: 'committed' })
  expect([await onPg().effects(a), await onPg().effects(b)]).toEqual([0, 1])
  await single.end()
})

test('a savepoint of postgres.js that its run did not await undoes nothing of the next run', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const single = postgres(url, { max: 1, onnotice: () => {} })
  const store = postgresTransactional({ client: single, table })
  const run = { fingerprint: 'fp', retentionMs: 60_000, maxRunMs: 10_000 }
  const [a, b] = [`save-a-${Date.now()}`, `save-b-${Date.now()}`]
  let fail = (): void => {}
  await store.transact({ ...run, key: a }, async (tx) => {
    await new Promise<void>((resolve) => {
      const savepoint = tx.savepoint(() => {
        resolve()
        return new Promise((_, reject) => {
          fail = () => reject(new Error('late'))
        })
      })
      savepoint.catch(() => {})
    })
    return { commit: true, value: undefined }
  })
  const second = await store.transact({ ...run, key: b }, async (tx) => {
    await tx.savepoint(async (inner) => {
      await inner.unsafe(insert, [b])
      fail()
      await inner.unsafe('SELECT 1')
    })
    return { commit: true, value: undefined }
  })
  expect([second.kind, await onPg().effects(b)]).toEqual(['committed', 1])
  await single.end()
})

interface Queryable {
  query(text: string): Promise<unknown>
}
const queryable: { name: string; store: TransactionalStore<Queryable>; isThere: boolean }[] = [
  { name: 'pg', store: onPg().store, isThere: there },
  { name: 'PGlite', store: onPglite().store, isThere: true },
]

describe.each(queryable)('what a run has set or left on $name', ({ store, isThere }) => {
  const act = async (statements: readonly string[]) => {
    const receiver = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger: quiet,
      store,
    })
    receiver.on('*', async (_, { tx }) => {
      for (const statement of statements) await tx.query(statement)
    })
    return receiver.handle(await request())
  }
  const deferred = [
    'CREATE TEMP TABLE parent (id int PRIMARY KEY) ON COMMIT DROP',
    'CREATE TEMP TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP',
    'INSERT INTO child VALUES (1)',
  ]
  test.for([
    { what: 'a violated deferred constraint', statements: deferred, code: '23503' },
    { what: 'a read-only mode', statements: ['SET TRANSACTION READ ONLY'], code: '25006' },
    { what: 'another role', statements: ['SET LOCAL ROLE pg_monitor'], code: '42501' },
  ])('$what is its failure, not the store’s', async ({ statements, code }, { skip }) => {
    if (!isThere) skip(noServer)
    const result = await act(statements)
    expect(result).toMatchObject({ status: 500, code: 'transaction_broken' })
    expect(result).toMatchObject({ error: { cause: { code } } })
  })
  test('another search path stops nothing', async ({ skip }) => {
    if (!isThere) skip(noServer)
    const result = await act(['SET LOCAL search_path TO pg_catalog'])
    expect(result).toMatchObject({ outcome: 'processed' })
  })
})

test('a single connection is refused: it has one transaction for all', () => {
  const client = new pg.Client({ connectionString: url })
  expect(() => postgresTransactional({ client: client as never })).toThrow(
    expect.objectContaining({ code: 'option_invalid' }),
  )
})
