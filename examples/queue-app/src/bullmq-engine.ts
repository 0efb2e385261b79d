import { bullmqDispatch, bullmqWorker } from '@ainexlayer/webhooks-bullmq'
import { redisStore } from '@ainexlayer/webhooks-redis'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import type { Engine, EngineSettings } from './engine.ts'

/** BullMQ on Redis. */
export const openBullmq = ({ namespace, recoverySeconds }: EngineSettings): Engine => {
  const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
  // A request must not wait while Redis is down: the answer is 503, and the sender retries.
  const redis = new Redis(url, { maxRetriesPerRequest: 1 })
  const connection = new Redis(url, { maxRetriesPerRequest: null })
  const names = { prefix: namespace, queueName: 'webhooks' }
  const queue = new Queue(names.queueName, { connection: redis, prefix: namespace })
  const report = (error: Error): void => console.error(error.message)
  redis.on('error', report)
  connection.on('error', report)
  queue.on('error', report)
  const runsKey = `${namespace}:runs`
  return {
    setUp: async () => {},
    dispatch: bullmqDispatch(queue),
    store: redisStore({ client: redis, prefix: `${namespace}:events:` }),
    startWorker: async (receiver) => {
      const worker = bullmqWorker(receiver, {
        ...names,
        connection,
        concurrency: 10,
        lockDuration: recoverySeconds * 1000,
        stalledInterval: (recoverySeconds * 1000) / 2,
      })
      worker.on('error', report)
      return worker
    },
    record: async ({ id, pid }) => {
      await redis.pipeline().rpush(runsKey, `${pid} ${id}`).sadd(`${runsKey}:ids`, id).exec()
    },
    runs: async () =>
      (await redis.lrange(runsKey, 0, -1)).map((line) => {
        const [pid = '', id = ''] = line.split(' ')
        return { id, pid: Number(pid) }
      }),
    handled: () => redis.scard(`${runsKey}:ids`),
    open: () => queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized'),
    close: async () => {
      await queue.close()
      redis.disconnect()
      connection.disconnect()
    },
    tearDown: async () => {
      for await (const keys of redis.scanStream({ match: `${namespace}:*`, count: 1000 })) {
        if (keys.length > 0) await redis.unlink(keys)
      }
    },
  }
}
