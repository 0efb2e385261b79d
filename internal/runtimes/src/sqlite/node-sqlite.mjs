import { DatabaseSync } from 'node:sqlite'
import { createReceiver } from '@ainexlayer/webhooks'
import {
  fixture,
  signedRequest,
  storeCases,
  testSecret,
  transactionalCases,
} from '@ainexlayer/webhooks/testing'
import { sqliteStore, sqliteTransactional } from '@ainexlayer/webhooks-sqlite'

const cases = storeCases(async () => {
  const db = new DatabaseSync(':memory:')
  let now = Date.now()
  const store = sqliteStore({ db, now: () => now })
  await store.migrate()
  return {
    store,
    advance: (ms) => {
      now += ms
    },
    close: () => db.close(),
  }
})

const inTransactions = transactionalCases(async () => {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE effects (id TEXT)')
  const store = sqliteTransactional({ db })
  await store.migrate()
  return {
    store,
    write: (tx, id) => tx.prepare('INSERT INTO effects VALUES (?)').run(id),
    execute: (tx, statement) => tx.exec(statement),
    effects: (id) => db.prepare('SELECT count(*) AS n FROM effects WHERE id = ?').all(id)[0].n,
    close: () => db.close(),
  }
})

const exactlyOnce = {
  name: 'exactly-once effects in a transaction',
  run: async () => {
    const db = new DatabaseSync(':memory:')
    db.exec('CREATE TABLE effects (id TEXT)')
    const store = sqliteTransactional({ db })
    await store.migrate()
    const receiver = createReceiver({ endpoint: 'default', secret: testSecret, store }).on(
      '*',
      ({ id }, { tx }) => {
        tx.prepare('INSERT INTO effects VALUES (?)').run(id)
      },
    )
    const request = await signedRequest({ event: fixture('chat.message') })
    await Promise.all(Array.from({ length: 20 }, () => receiver.handle(request)))
    const [{ n }] = db.prepare('SELECT count(*) AS n FROM effects').all()
    if (n !== 1) throw new Error(`${n} effects`)
  },
}

let passed = 0
const failures = []
for (const { name, run } of [...cases, ...inTransactions, exactlyOnce]) {
  try {
    await run()
    passed++
  } catch (error) {
    failures.push(`${name}: ${error.message}`)
  }
}
for (const failure of failures) console.log(`     ${failure}`)
console.log(
  `node:sqlite on Node ${process.versions.node}: ${passed} passed, ${failures.length} failed`,
)
process.exitCode = failures.length === 0 ? 0 : 1
