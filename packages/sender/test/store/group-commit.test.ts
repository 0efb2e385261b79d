import { expect, onTestFinished, test } from 'vitest'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { groupCommit } from '../../src/store/group-commit.ts'
import { allWebhooks, findWebhook, insertWebhook } from '../../src/store/webhook-rows.ts'

/** A database that counts its transactions, and its group. */
const open = () => {
  const db = openDatabase(':memory:')
  onTestFinished(() => db.close())
  db.run('CREATE TABLE numbers (n INTEGER UNIQUE NOT NULL)')
  let transactions = 0
  const counting: Db = {
    ...db,
    transaction: (work) => {
      transactions += 1
      return db.transaction(work)
    },
  }
  const stored = () => db.all('SELECT n FROM numbers ORDER BY n').map(({ n }) => n)
  const { add } = groupCommit(counting)
  const insert = (n: number | null) =>
    add(() => {
      db.run('INSERT INTO numbers VALUES (?)', n)
      return n
    })
  return { db, add, insert, stored, transactions: () => transactions }
}

test('what arrives in one turn of the event loop is stored in one transaction, in its order', async () => {
  const { insert, stored, transactions } = open()
  const all = [insert(1), insert(2), insert(3)]
  expect(stored()).toEqual([])
  expect(await Promise.all(all)).toEqual([1, 2, 3])
  expect(stored()).toEqual([1, 2, 3])
  expect(transactions()).toBe(1)
})

test('what arrives while a transaction runs goes together into the next one', async () => {
  const { add, insert, stored, transactions } = open()
  const later: Promise<unknown>[] = []
  const first = add(() => {
    for (const n of [7, 8]) queueMicrotask(() => later.push(insert(n)))
  })
  await first
  expect(stored()).toEqual([])
  await Promise.all(later)
  expect(stored()).toEqual([7, 8])
  expect(transactions()).toBe(2)
})

test('work that fails rejects with its own error, and its neighbours are stored', async () => {
  const { insert, stored } = open()
  const settled = await Promise.allSettled([
    insert(1),
    insert(2),
    insert(null),
    insert(2),
    insert(3),
  ])
  expect(settled.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
  ])
  expect(settled[2]).toMatchObject({ reason: { message: expect.stringMatching(/NOT NULL/) } })
  expect(settled[3]).toMatchObject({ reason: { message: expect.stringMatching(/UNIQUE/) } })
  expect(stored()).toEqual([1, 2, 3])
})

test('more than one transaction holds is stored in several, and others get their turn in between', async () => {
  const { insert, stored, transactions } = open()
  const all = Array.from({ length: 1000 }, (_, n) => insert(n))
  let turns = 0
  const turn = (): void => {
    turns += 1
    if (transactions() < 5) setImmediate(turn)
  }
  setImmediate(turn)
  await Promise.all(all)
  expect(stored()).toHaveLength(1000)
  expect(transactions()).toBeGreaterThanOrEqual(5)
  expect(turns).toBeGreaterThanOrEqual(4)
})

test('a database that is closed rejects all that waits', async () => {
  const db = openDatabase(':memory:')
  const { add } = groupCommit(db)
  const waiting = [add(() => 1), add(() => 2)]
  db.close()
  for (const { status } of await Promise.allSettled(waiting)) expect(status).toBe('rejected')
})

test('a webhook of a transaction that is rolled back is not remembered', () => {
  const { db } = open()
  const settings = {
    url: 'https://example.com/',
    description: '',
    events: ['*'],
    active: true,
    filters: {},
    headers: {},
    retry: { delaysSeconds: [0], jitter: 0 },
    concurrency: 4,
    rateLimit: undefined,
    fifo: false,
    profile: { kind: 'standard-webhooks', headerPrefix: 'webhook' },
  } as const
  expect(allWebhooks(db)).toEqual([])
  const doomed = (): void => {
    insertWebhook(db, settings, 'whsec_a', 1)
    expect(allWebhooks(db)).toHaveLength(1)
    throw new Error('no')
  }
  expect(() => db.transaction(doomed)).toThrow('no')
  expect(findWebhook(db, 1)).toBeUndefined()
  expect(allWebhooks(db)).toEqual([])
})
