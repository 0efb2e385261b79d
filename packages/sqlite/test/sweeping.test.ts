import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type SweptPlace, serviceCases, sweepingCases } from '@ainexlayer/webhooks-conformance'
import Database from 'libsql'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { sqliteStore, sqliteTransactional } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const openFile = (file: string) => {
  const db = new Database(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
  return db
}

const table = 'ainexlayer_webhook_events'

describe.each([
  { name: 'sqliteStore', make: sqliteStore },
  { name: 'sqliteTransactional', make: sqliteTransactional },
])('$name', ({ make }) => {
  const open = async (): Promise<SweptPlace & { db: ReturnType<typeof openFile> }> => {
    const file = join(folder, `${crypto.randomUUID()}.db`)
    const warn = vi.fn()
    const stores = [1, 2].map(() => make({ db: openFile(file), warn }))
    await stores[0]?.migrate()
    const db = openFile(file)
    return {
      db,
      stores,
      warn,
      add: async (count, expiredForMs) => {
        db.prepare(
          `INSERT INTO ${table} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
           SELECT lower(hex(randomblob(16))), 2, '', 1, 'a', 0, ?, NULL FROM n`,
        ).run(count, Date.now() - expiredForMs)
      },
      count: async () => {
        const [rows] = db.prepare(`SELECT count(*) AS rows FROM ${table}`).raw().all().flat()
        return Number(rows)
      },
      drop: async () => {
        db.exec(`DROP TABLE ${table}`)
      },
    }
  }
  for (const { name, run } of sweepingCases(open)) test(name, run)

  test('a large sweep leaves the event loop to others every few milliseconds', async () => {
    const { stores, add, count } = await open()
    await add(100_000, 1000)
    const delays = monitorEventLoopDelay({ resolution: 1 })
    delays.enable()
    const stop = stores[0]?.startSweeping({ everyMs: 1 })
    await vi.waitFor(async () => expect(await count()).toBe(0), { timeout: 60_000, interval: 50 })
    delays.disable()
    await stop?.()
    // The middle, because a busy machine takes the turn from us as well.
    expect(delays.percentile(50) / 1e6).toBeLessThan(10)
  })
})

const services = openFile(join(folder, 'services.db'))
await sqliteStore({ db: services }).migrate()
describe('several services', () => {
  for (const { name, run } of serviceCases(() => sqliteStore({ db: services }))) test(name, run)
})
