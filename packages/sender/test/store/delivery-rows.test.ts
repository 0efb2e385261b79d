import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { deliveryList } from '../../src/store/delivery-lists.ts'

test('a page of the log is read from an index, whatever it is narrowed by', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ainl-log-'))
  const db = openDatabase(join(folder, 'sender.db'))
  const plan = (filter: Parameters<typeof deliveryList>[0]): string => {
    const { columns, from, where, values } = deliveryList(filter)
    const sql = `SELECT ${columns} FROM ${from} WHERE d.seq > ? AND d.seq <= ? AND ${where} ORDER BY d.seq DESC LIMIT 20`
    return db
      .all(`EXPLAIN QUERY PLAN ${sql}`, 0, 1000, ...values)
      .map(({ detail }) => detail)
      .join('; ')
  }
  for (const filter of [
    { webhook: 1 },
    { webhook: 1, statuses: ['failed'] as const },
    { statuses: ['failed'] as const },
    { eventId: 'msg_1' },
  ]) {
    expect(plan(filter), JSON.stringify(filter)).toMatch(/SEARCH d USING INDEX deliveries_/)
    expect(plan(filter), JSON.stringify(filter)).not.toContain('TEMP B-TREE')
  }
  // The whole log is walked from its end by its key: nothing is sorted.
  expect(plan({})).not.toContain('TEMP B-TREE')
  db.close()
  await rm(folder, { recursive: true, force: true })
})
