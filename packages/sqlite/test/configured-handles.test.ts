import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from '@ainexlayer/webhooks'
import {
  fixture,
  signedRequest,
  storeCases,
  testSecret,
  transactionalCases,
} from '@ainexlayer/webhooks/testing'
import { parkingCases, quiet } from '@ainexlayer/webhooks-conformance'
import Database from 'libsql'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { sqliteParking, sqliteStore, sqliteTransactional } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Statement = ReturnType<InstanceType<typeof Database>['prepare']>

/** A handle whose statements are all set in one way, as an option of `DatabaseSync` does. */
const openWith = (path: string, how: (statement: Statement) => unknown) => {
  const db = new Database(path)
  return {
    exec: (sql: string) => db.exec(sql),
    prepare: (sql: string) => {
      const statement = db.prepare(sql)
      if (statement.reader) how(statement)
      return statement
    },
    close: () => db.close(),
  }
}

const configured: readonly { name: string; how: (statement: Statement) => unknown }[] = [
  { name: 'whole numbers as bigints', how: (statement) => statement.safeIntegers(true) },
  { name: 'rows as arrays', how: (statement) => statement.raw(true) },
  {
    name: 'rows as arrays, whole numbers as bigints',
    how: (statement) => statement.raw(true).safeIntegers(true),
  },
]

describe.each(configured)('$name', ({ how }) => {
  const open = (path = ':memory:') => openWith(path, how)
  const cases = [
    ...storeCases(async () => {
      const db = open()
      let now = Date.now()
      const store = sqliteStore({ db, now: () => now })
      await store.migrate()
      return {
        store,
        advance: (ms) => {
          now += ms
        },
        close: () => void db.close(),
      }
    }),
    ...transactionalCases(async () => {
      const db = open()
      db.exec('CREATE TABLE effects (id TEXT NOT NULL)')
      const store = sqliteTransactional({ db })
      await store.migrate()
      return {
        store,
        write: (tx: typeof db, id: string) => tx.prepare('INSERT INTO effects VALUES (?)').run(id),
        execute: (tx: typeof db, statement: string) => tx.exec(statement),
        effects: (id: string) => db.prepare('SELECT id FROM effects WHERE id = ?').all(id).length,
      }
    }),
    ...parkingCases(async () => {
      const parking = sqliteParking({ db: open(join(folder, 'parked.db')) })
      await parking.migrate()
      return parking
    }),
  ]
  for (const { name, run } of cases) test.concurrent(name, run)
})

test('an answer that nobody understands is 503, with words', async () => {
  for (const row of ['claimed', { kind: 'claimed', run: 'NaN' }, {}, [2, 'a']]) {
    const db = { exec: () => {}, prepare: () => ({ all: () => [row] }) }
    for (const store of [sqliteStore({ db }), sqliteTransactional({ db })]) {
      const handler = vi.fn()
      const receiver = createReceiver({
        endpoint: 'default',
        secret: testSecret,
        logger: quiet,
        store,
      }).on('*', handler)
      const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
      expect(result).toMatchObject({
        status: 503,
        code: 'store_unavailable',
        error: { message: expect.stringContaining('does not understand') },
      })
      expect(handler).not.toHaveBeenCalled()
    }
  }
})
