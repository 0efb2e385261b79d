import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgresStore } from '../src/index.ts'
import { newTable, noServer, there, url } from './server.ts'

describe.skipIf(!there)(`a row that somebody else holds locked (${there ? url : noServer})`, () => {
  const pool = new pg.Pool({ connectionString: url, max: 5 })
  pool.on('error', () => {})
  const table = `${newTable()}_locked`
  const store = postgresStore({ client: pool, table })
  const owned = (key: string) => ({ key, token: `token of ${key}` })
  const claim = (key: string) =>
    store.claim({ ...owned(key), fingerprint: 'fp', leaseMs: 60_000, retentionMs: 60_000 })
  const names = Array.from({ length: 50 }, (_, index) => `event-${index}`)
  const locked = names[25] ?? ''

  /** Holds the row locked while something is done. */
  const whileLocked = async (work: () => Promise<void>): Promise<void> => {
    const holder = await pool.connect()
    try {
      await holder.query('BEGIN')
      await holder.query(`SELECT 1 FROM ${table} WHERE key = $1 FOR UPDATE`, [locked])
      await work()
    } finally {
      await holder.query('ROLLBACK')
      holder.release()
    }
  }

  beforeAll(() => store.migrate())
  afterAll(async () => {
    await pool.query(`DROP TABLE ${table}`)
    await pool.end()
  })

  test.for<readonly [what: string, ask: (key: string) => unknown]>([
    ['claims', claim],
    ['renewals', (key: string) => store.renew({ ...owned(key), leaseMs: 60_000 })],
    ['completions', (key: string) => store.complete({ ...owned(key), result: null })],
  ])('fails one of its %s, and does not hold up its neighbours', async ([, ask]) => {
    await Promise.all(names.map(claim))
    await whileLocked(async () => {
      const answers = await Promise.allSettled(names.map(ask))
      const failed = answers.flatMap((answer, index) =>
        answer.status === 'rejected' ? [[names[index], answer.reason.reason]] : [],
      )
      expect(failed).toEqual([[locked, 'busy']])
    })
    await expect(ask(locked)).resolves.not.toBe(false)
  })

  test('does not change how long other statements of the connection wait', async () => {
    const client = await pool.connect()
    const ofClient = postgresStore({ client, table })
    await Promise.all(
      names.map((key) =>
        ofClient.claim({ ...owned(key), fingerprint: 'fp', leaseMs: 60_000, retentionMs: 60_000 }),
      ),
    )
    expect((await client.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '0' }])
    client.release()
  })
})
