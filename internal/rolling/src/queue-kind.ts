import type { Dispatch, Receiver } from '@ainexlayer/webhooks'
import { bullmqDispatch, bullmqWorker } from '@ainexlayer/webhooks-bullmq'
import type { StorePlace } from '@ainexlayer/webhooks-crash'
import { pgBossDispatch, pgBossWorker, webhookQueueOptions } from '@ainexlayer/webhooks-pg-boss'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import PgBoss from 'pg-boss'

/** A queue opened by a process. */
export interface OpenQueue {
  setUp(): Promise<void>
  readonly dispatch: Dispatch
  startWorker(receiver: Pick<Receiver, 'work'>): Promise<{ close(): Promise<unknown> }>
  /** How many jobs are not done. */
  open(): Promise<number>
  close(): Promise<void>
  tearDown(): Promise<void>
}

const name = 'webhooks'
const concurrency = 10

const openBullmq = ({ url, namespace }: StorePlace): OpenQueue => {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 })
  const connection = new Redis(url, { maxRetriesPerRequest: null })
  const prefix = `${namespace}-queue`
  const queue = new Queue(name, { connection: redis, prefix })
  for (const client of [redis, connection, queue]) client.on('error', () => {})
  return {
    setUp: async () => {},
    dispatch: bullmqDispatch(queue),
    startWorker: async (receiver) => {
      const worker = bullmqWorker(receiver, { queueName: name, prefix, connection, concurrency })
      worker.on('error', () => {})
      return worker
    },
    open: () => queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized'),
    close: async () => {
      await queue.close()
      redis.disconnect()
      connection.disconnect()
    },
    tearDown: () => queue.obliterate({ force: true }),
  }
}

const openPgBoss = ({ url, namespace: schema }: StorePlace): OpenQueue => {
  const boss = new PgBoss({ connectionString: url, max: 3, schema, schedule: false })
  boss.on('error', () => {})
  const started = boss.start()
  return {
    setUp: async () => {
      await started
      // A worker of the older version spends a retry of each job that it has no handler for.
      const retries = { retryLimit: 100, retryDelay: 1, retryBackoff: false }
      await boss.createQueue(name, { name, ...webhookQueueOptions, ...retries })
    },
    dispatch: pgBossDispatch(boss, { queue: name }),
    startWorker: async (receiver) => {
      await started
      const options = { queue: name, schema, batchSize: concurrency, pollingIntervalSeconds: 0.5 }
      return pgBossWorker(receiver, boss, options)
    },
    open: () => boss.getQueueSize(name, { before: 'completed' }),
    close: () => boss.stop({ graceful: true, timeout: 5000, wait: true }),
    tearDown: async () => {
      await boss.getDb().executeSql(`DROP SCHEMA ${schema} CASCADE`, [])
    },
  }
}

/** Opens the queue of a store's server: BullMQ on Redis, pg-boss on Postgres. */
export const openQueue = (place: StorePlace): OpenQueue =>
  place.kind === 'redis' ? openBullmq(place) : openPgBoss(place)
