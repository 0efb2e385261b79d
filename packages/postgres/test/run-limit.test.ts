import type { TransactionOutcome } from '@ainexlayer/webhooks/store'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { postgresTransactional } from '../src/index.ts'
import { newTable, noServer, there, url } from './server.ts'

const table = `${newTable()}_limit`
const effectsTable = `${table}_effects`
const insert = `INSERT INTO ${effectsTable} VALUES ($1)`

const admin = new pg.Pool({ connectionString: url, max: 2 })
admin.on('error', () => {})

beforeAll(async () => {
  if (!there) return
  await postgresTransactional({ client: admin, table }).migrate()
  await admin.query(`CREATE TABLE ${effectsTable} (id text NOT NULL)`)
})
afterAll(async () => {
  if (there) await admin.query(`DROP TABLE ${table}, ${effectsTable}`)
  await admin.end()
})

const never = (): Promise<never> => new Promise(() => {})
const request = (key: string, maxRunMs = 60_000) => ({
  key: `${table}-${key}`,
  fingerprint: 'fp',
  retentionMs: 600_000,
  maxRunMs,
})

/** A store on a small pool of its own, with what the tests do through its transactions. */
interface OnTrial {
  readonly transact: (
    about: ReturnType<typeof request>,
    run: (
      ask: (text: string, ...values: string[]) => Promise<unknown>,
      signal: AbortSignal,
    ) => unknown,
  ) => Promise<TransactionOutcome<unknown>>
  readonly end: () => Promise<void>
}

const onPg = (max: number, name: string): OnTrial => {
  const pool = new pg.Pool({ connectionString: url, max, application_name: name })
  pool.on('error', () => {})
  const store = postgresTransactional({ client: pool, table })
  return {
    transact: (about, run) =>
      store.transact(about, async (tx, signal) => {
        await run((text, ...values) => tx.query(text, values), signal)
        return { commit: true, value: undefined }
      }),
    end: () => pool.end(),
  }
}

const onPostgresJs = (max: number, name: string): OnTrial => {
  const connection = { application_name: name }
  const sql = postgres(url, { max, connection, onnotice: () => {}, backoff: false })
  const store = postgresTransactional({ client: sql, table })
  return {
    transact: (about, run) =>
      store.transact(about, async (tx, signal) => {
        await run(async (text, ...values) => tx.unsafe(text, values), signal)
        return { commit: true, value: undefined }
      }),
    end: () => sql.end({ timeout: 1 }),
  }
}

const write = (id: string) => (ask: (text: string, ...values: string[]) => Promise<unknown>) =>
  ask(insert, id)
const effects = async (id: string): Promise<number> =>
  (await admin.query(`SELECT count(*)::int AS n FROM ${effectsTable} WHERE id = $1`, [id])).rows[0]
    .n
const backends = async (name: string): Promise<number> =>
  (
    await admin.query(
      'SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1 AND xact_start IS NOT NULL',
      [name],
    )
  ).rows[0].n
const killBackends = (name: string) =>
  admin.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
    [name],
  )

describe.each([
  { client: 'pg', open: onPg },
  { client: 'postgres.js', open: onPostgresJs },
])('$client', ({ client, open }) => {
  test('a statement that still runs at maxRunMs is ended on the server, and the key is free', async ({
    skip,
  }) => {
    if (!there) skip(noServer)
    const name = `${table}_${client}_sleep`
    const { transact, end } = open(2, name)
    const about = request(`${client}-sleep`, 200)
    const hung = await transact(about, (ask) => ask('SELECT pg_sleep(60)'))
    expect(hung).toEqual({ kind: 'timed_out' })
    await vi.waitFor(async () => expect(await backends(name)).toBe(0), 3000)
    const next = await transact({ ...about, maxRunMs: 5000 }, write(`${client}-sleep`))
    expect(next.kind).toBe('committed')
    expect(await effects(`${client}-sleep`)).toBe(1)
    await end()
  })

  test('runs that never end give all of a small pool back', async ({ skip }) => {
    if (!there) skip(noServer)
    const name = `${table}_${client}_pool`
    const { transact, end } = open(3, name)
    const hung = await Promise.all(
      [1, 2, 3].map((index) => transact(request(`${client}-pool-${index}`, 200), never)),
    )
    expect(hung).toEqual(Array(3).fill({ kind: 'timed_out' }))
    await vi.waitFor(async () => expect(await backends(name)).toBe(0), 5000)
    for (const index of [1, 2, 3]) {
      const id = `${client}-pool-${index}`
      expect(await transact(request(id), write(id))).toMatchObject({ kind: 'committed' })
    }
    await end()
  })

  test('a run whose backend the server has killed is told, and its key and its place are free at once', async ({
    skip,
  }) => {
    if (!there) skip(noServer)
    const name = `${table}_${client}_killed`
    const { transact, end } = open(3, name)
    const signals: AbortSignal[] = []
    const running = [1, 2, 3].map((index) =>
      transact(request(`${client}-killed-${index}`), (_, signal) => {
        signals.push(signal)
        return never()
      }).catch((error: unknown) => error),
    )
    await vi.waitFor(() => expect(signals).toHaveLength(3), 5000)
    await killBackends(name)
    for (const error of await Promise.all(running)) {
      expect(error).toMatchObject({ code: 'store_unavailable' })
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true])
    for (const index of [1, 2, 3]) {
      const id = `${client}-killed-${index}`
      expect(await transact(request(id), write(id))).toMatchObject({ kind: 'committed' })
      expect(await effects(id)).toBe(1)
    }
    await end()
  })

  test.each(['returns', 'throws'])(
    'a run that lost its backend and %s during another leaves the other alone',
    async (how) => {
      if (!there) return
      const name = `${table}_${client}_${how}`
      const { transact, end } = open(1, name)
      let finish: (() => void) | undefined
      const first = transact(
        request(`${client}-lost-${how}`),
        () =>
          new Promise<void>((resolve, reject) => {
            finish = () => (how === 'returns' ? resolve() : reject(new Error('late')))
          }),
      ).catch(() => 'lost')
      // Not while it connects: postgres.js rejects the query for its types, and nothing of ours could handle that.
      await vi.waitFor(() => expect(finish).toBeDefined(), 5000)
      await killBackends(name)
      expect(await first).toBe('lost')
      const id = `${client}-after-${how}`
      const other = await transact(request(id), async (ask) => {
        await ask(insert, id)
        finish?.()
        await ask('SELECT pg_sleep(0.05)')
        await ask(insert, id)
      })
      expect(other.kind).toBe('committed')
      expect(await effects(id)).toBe(2)
      await end()
    },
  )

  test('the server gives up a second after maxRunMs by itself, or earlier where it is set so', async ({
    skip,
  }) => {
    if (!there) skip(noServer)
    const { transact, end } = open(1, `${table}_${client}_server`)
    const settings: unknown[] = []
    await transact(request(`${client}-server`, 7000), async (ask) => {
      const asked = await ask(
        "SELECT current_setting('statement_timeout') AS a, current_setting('idle_in_transaction_session_timeout') AS b",
      )
      settings.push(...(Array.isArray(asked) ? asked : Reflect.get(Object(asked), 'rows')))
    })
    expect(settings).toEqual([{ a: '8s', b: '8s' }])
    await end()
  })
})

test('the server’s own shorter timeouts stay', async ({ skip }) => {
  if (!there) skip(noServer)
  const options = '-c statement_timeout=3s -c idle_in_transaction_session_timeout=1h'
  const pool = new pg.Pool({ connectionString: url, max: 1, options })
  pool.on('error', () => {})
  const store = postgresTransactional({ client: pool, table })
  const read = `SELECT current_setting('statement_timeout') AS a, current_setting('idle_in_transaction_session_timeout') AS b`
  const outcome = await store.transact(request('own-timeouts', 7000), async (tx) => ({
    commit: true,
    value: (await tx.query(read)).rows[0],
  }))
  expect(outcome).toMatchObject({ kind: 'committed', value: { a: '3s', b: '8s' } })
  // And outside of the transaction nothing has changed.
  expect((await pool.query(read)).rows).toEqual([{ a: '3s', b: '1h' }])
  await pool.end()
})

test('the connection of a run that was given up does not come to anybody else', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  pool.on('error', () => {})
  const store = postgresTransactional({ client: pool, table })
  let pid = 0
  await store.transact(request('destroyed', 200), async (tx) => {
    pid = (await tx.query('SELECT pg_backend_pid() AS pid')).rows[0].pid
    return never()
  })
  const { rows } = await pool.query('SELECT pg_backend_pid() AS pid')
  expect(rows[0].pid).not.toBe(pid)
  await pool.end()
})

test('a savepoint of postgres.js cannot be used after its transaction either', async ({ skip }) => {
  if (!there) skip(noServer)
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  const store = postgresTransactional({ client: sql, table })
  let late: postgres.TransactionSql | undefined
  const outcome = await store.transact(request('savepoint', 200), async (tx) => {
    await tx.savepoint((inner) => {
      late = inner
      return never()
    })
    return { commit: true, value: undefined }
  })
  expect(outcome).toEqual({ kind: 'timed_out' })
  await expect(
    Promise.resolve(late).then((inner) => inner?.unsafe(insert, ['ghost'])),
  ).rejects.toThrow('ctx.tx')
  expect(() => late !== undefined && late`SELECT 1`).toThrow('ctx.tx')
  expect(await effects('ghost')).toBe(0)
  await sql.end()
})

test('a pool that gives no connection does not hold a key for longer than maxRunMs', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  pool.on('error', () => {})
  const store = postgresTransactional({ client: pool, table })
  const held = await pool.connect()
  const run = () => Promise.resolve({ commit: true, value: undefined })
  await expect(store.transact(request('no-connection', 100), run)).rejects.toMatchObject({
    code: 'store_unavailable',
  })
  held.release()
  expect(await store.transact(request('no-connection'), run)).toMatchObject({ kind: 'committed' })
  await pool.end()
})
