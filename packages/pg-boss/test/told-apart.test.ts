import { toldOutage } from '@ainexlayer/webhooks-conformance'
import { Pool } from 'pg'
import PgBoss from 'pg-boss'
import { expect, test } from 'vitest'
import { pgBossDispatch } from '../src/index.ts'
import { newSchema, noServer, there, url } from './server.ts'

test('a queue whose tables are gone is told so, and the caller sees the code alone', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const schema = newSchema()
  const boss = new PgBoss({ connectionString: url, schema, schedule: false, supervise: false })
  boss.on('error', () => {})
  await boss.start()
  await boss.createQueue('webhooks')
  const pool = new Pool({ connectionString: url, max: 1 })
  await pool.query(`DROP SCHEMA ${schema} CASCADE`)
  await pool.end()
  expect(await toldOutage({ dispatch: pgBossDispatch(boss, { queue: 'webhooks' }) })).toEqual({
    answer: '503 {"error":"queue_unavailable"}',
    reason: 'table_missing',
    lines: [
      expect.stringMatching(/^queue_unavailable \(table_missing\): .*does not exist.*start\(\)/),
    ],
  })
  await boss.stop({ graceful: false, wait: false })
})
