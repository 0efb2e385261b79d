import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { Pool } from 'pg'
import PgBoss from 'pg-boss'
import { expect, onTestFinished, test } from 'vitest'
import { pgBossDispatch } from '../src/index.ts'
import { newSchema, noServer, there, url } from './server.ts'

test('an event whose failed job is removed while it is looked at is not answered 202', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const schema = newSchema()
  const pool = new Pool({ connectionString: url, max: 1 })
  const boss = new PgBoss({ connectionString: url, schema, schedule: false, max: 2 })
  boss.on('error', () => {})
  await boss.start()
  onTestFinished(async () => {
    await boss.stop({ timeout: 1000, wait: true })
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
  })
  await boss.createQueue('webhooks')
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    dispatch: pgBossDispatch(boss, { queue: 'webhooks' }),
  })
  const event = fixture('chat.message')
  const deliver = async () => (await receiver.handle(await signedRequest({ event }))).status
  const jobs = async () => (await pool.query(`SELECT state FROM ${schema}.job`)).rows

  expect(await deliver()).toBe(202)
  await pool.query(`UPDATE ${schema}.job SET state = 'failed'`)
  // The archive takes it at this moment.
  const { getJobById } = boss
  boss.getJobById = async <T>(name: string, id: string) => {
    const job = await getJobById<T>(name, id)
    await pool.query(`DELETE FROM ${schema}.job`)
    return job
  }
  expect(await deliver()).toBe(503)
  expect(await jobs()).toEqual([])
  boss.getJobById = getJobById
  expect(await deliver()).toBe(202)
  expect(await jobs()).toEqual([{ state: 'created' }])
})
