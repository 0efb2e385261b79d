import { createReceiver } from '@ainexlayer/webhooks'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { transactionalCases } from '@ainexlayer/webhooks-conformance'
import Database from 'libsql'
import { expect, test } from 'vitest'
import { sqliteTransactional } from '../src/index.ts'

const newStore = async () => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE effects (id TEXT NOT NULL)')
  const store = sqliteTransactional({ db })
  await store.migrate()
  return {
    store,
    write: (tx: typeof db, id: string) => tx.prepare('INSERT INTO effects VALUES (?)').run(id),
    rollBack: (tx: typeof db) => tx.exec('ROLLBACK'),
    fail: (tx: typeof db) => tx.exec('INSERT INTO effects VALUES (NULL)'),
    effects: (id: string): number =>
      (db.prepare('SELECT count(*) AS n FROM effects WHERE id = ?').get(id) as { n: number }).n,
  }
}

for (const { name, run } of transactionalCases(newStore)) test(name, run)

test('options that cannot go with a transaction are refused', () => {
  const store = sqliteTransactional({ db: new Database(':memory:') })
  for (const wrong of [
    { onStoreError: 'fail-open' as const },
    { maxRuns: 3, park: async () => {} },
  ]) {
    expect(() => createReceiver({ secret: testSecret, store, ...wrong })).toThrow(
      expect.objectContaining({ code: 'option_invalid' }),
    )
  }
})
