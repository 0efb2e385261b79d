import { createReceiver, PermanentFailure } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import PgBoss from 'pg-boss'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pgBossDispatch, pgBossWorker, replay, webhookQueueOptions } from '../src/index.ts'
import { pgBossOnTrial } from './queue-on-trial.ts'
import { noServer, there } from './server.ts'

const options = { endpoint: 'default', secret: testSecret, logger: quiet }
let trial: Awaited<ReturnType<typeof pgBossOnTrial>>
let boss: PgBoss

beforeEach(async ({ skip }) => {
  if (!there) skip(noServer)
  trial = await pgBossOnTrial()
  boss = trial.boss
})
afterEach(async () => {
  if (there) await trial.close()
})

const deliver = async (queue: string, event: { id: string; type: string }) => {
  const receiver = createReceiver({ ...options, dispatch: pgBossDispatch(boss, { queue }) })
  return receiver.handle(await signedRequest({ event }))
}

test('a queue that is missing is never answered 202, and fails at the start', async () => {
  const result = await deliver('nowhere', fixture('chat.message'))
  expect(result).toMatchObject({ status: 503, code: 'queue_unavailable' })
  await expect(pgBossDispatch(boss, { queue: 'nowhere' }).ready()).rejects.toMatchObject({
    code: 'option_invalid',
    message: expect.stringContaining('no queue `nowhere`'),
  })
  await expect(pgBossDispatch(boss, { queue: 'webhooks' }).ready()).resolves.toBeUndefined()
})

test('PermanentFailure leaves one copy in the dead letter queue, and can be replayed', async () => {
  await boss.createQueue('dead')
  const settings = { name: 'main', ...webhookQueueOptions, deadLetter: 'dead' }
  await boss.createQueue('main', settings)
  const handler = vi.fn().mockRejectedValueOnce(new PermanentFailure('no such account'))
  const receiver = createReceiver(options).on('*', handler)
  const worker = await pgBossWorker(receiver, boss, { queue: 'main', pollingIntervalSeconds: 0.5 })
  const event = fixture('user.created')
  expect((await deliver('main', event)).status).toBe(202)
  await vi.waitFor(async () => expect(await boss.getQueueSize('dead')).toBe(1), 10_000)
  await vi.waitFor(
    async () =>
      expect(await replay(boss, event.id, { queue: 'main', endpoint: 'default' })).toBe(true),
    10_000,
  )
  const [dead] = await boss.fetch<object>('dead')
  expect(dead?.data).toMatchObject({ id: event.id, reason: 'no such account' })
  await worker.close()
})

test('one failure of a batch leaves the others completed', async () => {
  await boss.createQueue('batch', { name: 'batch', retryLimit: 0 })
  const events = Array.from({ length: 10 }, () => fixture('chat.message'))
  for (const event of events) expect((await deliver('batch', event)).status).toBe(202)
  const [unlucky] = events
  const handler = vi.fn((event: { id: string }) => {
    if (event.id === unlucky?.id) throw new Error('no luck')
  })
  const receiver = createReceiver(options).on('*', handler)
  const worker = await pgBossWorker(receiver, boss, { queue: 'batch', batchSize: 10 })
  await vi.waitFor(
    async () =>
      expect(await replay(boss, unlucky?.id ?? '', { queue: 'batch', endpoint: 'default' })).toBe(
        true,
      ),
    10_000,
  )
  await worker.close()
  expect(handler).toHaveBeenCalledTimes(10)
})

test('jobs whose fetch is under way when the worker closes are run, and are not left behind', async () => {
  await boss.createQueue('late', { name: 'late', retryLimit: 2 })
  expect((await deliver('late', fixture('chat.message'))).status).toBe(202)
  let fetching = (): void => {}
  const isFetching = new Promise<void>((resolve) => {
    fetching = resolve
  })
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  // A second instance on the same tables, whose fetches take their time.
  const slow = new PgBoss({
    schema: trial.schema,
    schedule: false,
    supervise: false,
    db: {
      executeSql: async (text, values) => {
        const result = await boss.getDb().executeSql(text, values)
        if (text.includes('SKIP LOCKED') && result.rows.length > 0) {
          fetching()
          await released
        }
        return result
      },
    },
  })
  slow.on('error', () => {})
  await slow.start()
  const handler = vi.fn()
  const receiver = createReceiver(options).on('*', handler)
  const worker = await pgBossWorker(receiver, slow, { queue: 'late', pollingIntervalSeconds: 0.5 })
  await isFetching
  const closed = worker.close()
  setTimeout(release, 50)
  await closed
  await slow.stop({ wait: true, timeout: 1000 })
  expect(handler).toHaveBeenCalledOnce()
  const { rows } = await boss
    .getDb()
    .executeSql(`SELECT state FROM ${trial.schema}.job WHERE name = $1`, ['late'])
  expect(rows).toEqual([{ state: 'completed' }])
})
