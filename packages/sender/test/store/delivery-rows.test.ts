import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { pageQuery } from '../../src/store/delivery-rows.ts'

test('a page of the log is read from an index, whatever it is narrowed by', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ainl-log-'))
  const db = openDatabase(join(folder, 'sender.db'))
  const plan = (filter: Parameters<typeof pageQuery>[0]): string => {
    const { sql, values } = pageQuery(filter, { page: 1, limit: 20 })
    return db
      .all(`EXPLAIN QUERY PLAN ${sql}`, ...values)
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
