import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { postgresTransactional } from '../src/index.ts'
import { newTable, noServer, there, url } from './server.ts'

const table = `${newTable()}_lost`
const effectsTable = `${table}_effects`
const insert = `INSERT INTO ${effectsTable} VALUES ($1)`
const name = `${table}_backend`

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

const uncaught: unknown[] = []
const notice = (error: unknown): void => void uncaught.push(error)
let others: NodeJS.UncaughtExceptionListener[] = []
beforeEach(() => {
  uncaught.length = 0
  others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').on('uncaughtException', notice)
})
afterEach(() => {
  process.removeListener('uncaughtException', notice)
  for (const one of others) process.on('uncaughtException', one)
})

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const request = (key: string, maxRunMs = 5000) => ({
  key: `${table}-${key}`,
  fingerprint: 'fp',
  retentionMs: 600_000,
  maxRunMs,
})
const killBackends = () =>
  admin.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
    [name],
  )
const effects = async (id: string): Promise<number> =>
  (await admin.query(`SELECT count(*)::int AS n FROM ${effectsTable} WHERE id = $1`, [id])).rows[0]
    .n

type Run = (tx: postgres.TransactionSql, signal: AbortSignal) => Promise<unknown>

/** What becomes of one run on a pool of one connection, and what nobody could catch. */
const outcomeOf = async (
  about: ReturnType<typeof request>,
  run: Run,
  prepare = true,
  server = url,
): Promise<unknown> => {
  const connection = { application_name: name }
  const sql = postgres(server, { max: 1, connection, prepare, onnotice: () => {}, backoff: false })
  const store = postgresTransactional({ client: sql, table, prepare })
  const outcome = await store
    .transact(about, async (tx, signal) => {
      await run(tx, signal)
      return { commit: true, value: undefined }
    })
    .catch((error: unknown) => error)
  await sleep(300)
  await sql.end({ timeout: 1 })
  return outcome
}

const runs: { readonly what: string; readonly run: Run }[] = [
  {
    what: 'returns',
    run: async () => {
      await killBackends()
      await sleep(50)
    },
  },
  {
    what: 'catches the error and goes on at once',
    run: async (tx) => {
      const asked = tx.unsafe('SELECT pg_sleep(5)').catch(() => tx.unsafe('SELECT 1'))
      await sleep(50)
      await killBackends()
      await asked.catch(() => tx.unsafe('SELECT 2'))
    },
  },
  {
    what: 'waits in a savepoint',
    run: async (tx) => {
      const asked = tx.savepoint((inner) => inner.unsafe('SELECT pg_sleep(5)'))
      await Promise.all([asked, sleep(50).then(killBackends)]).catch(() => tx.unsafe('SELECT 1'))
    },
  },
  {
    what: 'waits for nothing that it sends',
    run: async (tx) => {
      const shooting = setInterval(() => void tx.unsafe('SELECT 1').catch(() => {}), 0)
      await sleep(50)
      await killBackends()
      await sleep(200)
      clearInterval(shooting)
    },
  },
]

test.each(runs)(
  'a run of postgres.js that loses its connection and $what does not end the process',
  async ({ what, run }) => {
    if (!there) return
    let isRunning = true
    const outcome = await outcomeOf(request(what), (...given) =>
      run(...given).finally(() => {
        isRunning = false
      }),
    )
    expect(outcome).toMatchObject({ code: 'store_unavailable' })
    expect(uncaught).toEqual([])
    expect(isRunning).toBe(false)
  },
)

/** A server whose answers take a while: what is sent in between is on its way already. */
const farAway = async () => {
  const { hostname, port, pathname, username, password } = new URL(url)
  const server = createServer((near) => {
    const far = connect(Number(port || 5432), hostname)
    near.on('error', () => {}).on('data', (bytes) => far.write(bytes))
    far.on('error', () => {}).on('data', (bytes) => setTimeout(() => near.write(bytes), 30))
    near.on('close', () => far.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const there = typeof address === 'object' ? address?.port : undefined
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${there}${pathname}`,
    close: () => server.close(),
  }
}

test.each([true, false])(
  'a run of postgres.js that goes on after its time writes nothing behind the rollback (prepare: %s)',
  async (prepare) => {
    if (!there) return
    const id = `late-${prepare}`
    const noteLater: Run = async (tx, signal) => {
      await once(signal, 'abort')
      await sleep(5)
      await tx.unsafe(insert, [id])
    }
    const far = await farAway()
    const outcome = await outcomeOf(request(id, 500), noteLater, prepare, far.url)
    far.close()
    expect(outcome).toEqual({ kind: 'timed_out' })
    expect(await effects(id)).toBe(0)
  },
)

test('a savepoint that nobody waits for does not end the process when its transaction ends', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const rejected: unknown[] = []
  const unhandled = (reason: unknown): void => void rejected.push(reason)
  process.on('unhandledRejection', unhandled)
  const outcome = await outcomeOf(request('forgotten', 200), async (tx) => {
    void tx.savepoint(() => new Promise<never>(() => {}))
    await new Promise<never>(() => {})
  })
  process.removeListener('unhandledRejection', unhandled)
  expect(outcome).toEqual({ kind: 'timed_out' })
  expect(rejected).toEqual([])
})
