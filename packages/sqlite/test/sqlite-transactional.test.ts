import { createReceiver } from '@ainexlayer/webhooks'
import { testSecret, transactionalCases } from '@ainexlayer/webhooks/testing'
import { transactionalReceiverCases } from '@ainexlayer/webhooks-conformance'
import Database from 'libsql'
import { expect, test } from 'vitest'
import { sqliteTransactional } from '../src/index.ts'

const onTrial = async () => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE effects (id TEXT NOT NULL)')
  const store = sqliteTransactional({ db })
  await store.migrate()
  return {
    store,
    write: (tx: typeof db, id: string) => tx.prepare('INSERT INTO effects VALUES (?)').run(id),
    execute: (tx: typeof db, statement: string) => tx.exec(statement),
    effects: (id: string): number =>
      (db.prepare('SELECT count(*) AS n FROM effects WHERE id = ?').get(id) as { n: number }).n,
  }
}

for (const { name, run } of transactionalCases(onTrial)) test(name, run)
for (const { name, run } of transactionalReceiverCases(onTrial)) test(`receiver: ${name}`, run)

test('options that cannot go with a transaction are refused', () => {
  const store = sqliteTransactional({ db: new Database(':memory:') })
  for (const wrong of [
    { onStoreError: 'fail-open' as const },
    { maxRuns: 3, park: async () => {} },
  ]) {
    expect(() =>
      createReceiver({ endpoint: 'default', secret: testSecret, store, ...wrong }),
    ).toThrow(expect.objectContaining({ code: 'option_invalid' }))
  }
})

test('a deferred constraint that a run violates is the fault of the run, and the key is free', async () => {
  const db = new Database(':memory:')
  db.exec(
    'PRAGMA foreign_keys = ON; CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)',
  )
  const store = sqliteTransactional({ db })
  await store.migrate()
  const request = { key: 'key', fingerprint: 'fp', retentionMs: 60_000, maxRunMs: 5000 }
  const insert = (table: string) =>
    store.transact(request, async (tx) => {
      tx.prepare(`INSERT INTO ${table} VALUES (1)`).run()
      return { commit: true, value: table }
    })
  expect(await insert('child')).toEqual({
    kind: 'broken',
    value: 'child',
    error: expect.objectContaining({ message: expect.stringContaining('FOREIGN KEY') }),
  })
  expect(await insert('parent')).toMatchObject({ kind: 'committed' })
  expect(db.prepare('SELECT count(*) AS n FROM child').get()).toMatchObject({ n: 0 })
})

test('a run that was given up in the middle of reading does not keep the handle busy', async () => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE effects (id TEXT NOT NULL)')
  const store = sqliteTransactional({ db })
  await store.migrate()
  const request = { fingerprint: 'fp', retentionMs: 60_000, maxRunMs: 50 }
  const hung = await store.transact({ ...request, key: 'hung' }, async (tx) => {
    for (const id of ['a', 'b', 'c']) tx.prepare('INSERT INTO effects VALUES (?)').run(id)
    for (const _ of tx.prepare('SELECT id FROM effects').iterate()) await new Promise(() => {})
    return { commit: true, value: undefined }
  })
  expect(hung).toEqual({ kind: 'timed_out' })
  const next = await store.transact({ ...request, key: 'next' }, async (tx) => ({
    commit: true,
    value: tx.prepare('SELECT count(*) AS n FROM effects').all(),
  }))
  expect(next).toMatchObject({ kind: 'committed', value: [{ n: 0 }] })
})
