import type { Dispatch, Receiver } from '@ainexlayer/webhooks'
import { bullmqDispatch, bullmqWorker } from '@ainexlayer/webhooks-bullmq'
import { reachable } from '@ainexlayer/webhooks-conformance'
import { pgBossDispatch, pgBossWorker } from '@ainexlayer/webhooks-pg-boss'
import { Queue } from 'bullmq'
import { Pool } from 'pg'
import PgBoss from 'pg-boss'
import { bullmqState, pgBossState, type QueueState } from '../src/index.ts'

const redis = new URL(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379')
const postgres = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'

/** A queue on its own server, with nothing in it. */
export interface TestQueue {
  readonly dispatch: Dispatch
  readonly state: () => Promise<QueueState>
  startWorker(receiver: Pick<Receiver, 'work'>): Promise<{ close(): Promise<unknown> }>
  close(): Promise<void>
}

const newName = (): string => `ainl_otel_${Date.now().toString(36)}_${process.pid}`

const bullmq = async (): Promise<TestQueue> => {
  const connection = {
    host: redis.hostname,
    port: Number(redis.port),
    maxRetriesPerRequest: null,
  }
  const queueName = newName()
  const queue = new Queue(queueName, { connection })
  return {
    dispatch: bullmqDispatch(queue),
    state: bullmqState(queue),
    startWorker: async (receiver) => bullmqWorker(receiver, { queueName, connection }),
    close: async () => {
      await queue.obliterate({ force: true })
      await queue.close()
    },
  }
}

const pgBoss = async (): Promise<TestQueue> => {
  const schema = newName()
  const queue = 'webhooks'
  const boss = new PgBoss({ connectionString: postgres, schema, schedule: false, max: 2 })
  boss.on('error', () => {})
  await boss.start()
  await boss.createQueue(queue, { name: queue, retryLimit: 2, retryDelay: 0 })
  return {
    dispatch: pgBossDispatch(boss, { queue }),
    state: pgBossState(boss, { queue, schema }),
    startWorker: (receiver) =>
      pgBossWorker(receiver, boss, { queue, schema, pollingIntervalSeconds: 0.5 }),
    close: async () => {
      await boss.stop({ timeout: 2000, wait: true })
      const pool = new Pool({ connectionString: postgres, max: 1 })
      await pool.query(`DROP SCHEMA ${schema} CASCADE`)
      await pool.end()
    },
  }
}

/** The queues whose servers are running, and why the others are left out. */
export const queues = [
  {
    name: 'BullMQ',
    open: bullmq,
    waiting: 'waiting',
    there: await reachable('Redis', redis.href),
    noServer: `no Redis at ${redis.host}`,
  },
  {
    name: 'pg-boss',
    open: pgBoss,
    waiting: 'created',
    there: await reachable('Postgres', postgres),
    noServer: `no Postgres at ${new URL(postgres).host}`,
  },
]
