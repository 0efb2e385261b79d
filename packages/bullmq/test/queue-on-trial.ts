import type { QueueOnTrial } from '@ainexlayer/webhooks-conformance'
import { Queue } from 'bullmq'
import { bullmqDispatch, bullmqWorker, listDead, replay } from '../src/index.ts'
import { connectionTo, newQueueName, url } from './server.ts'

/** A queue of the installed BullMQ, or of the version that the test has put in its place. */
export const bullmqOnTrial = async (): Promise<QueueOnTrial> => {
  const connection = connectionTo(url)
  const queueName = newQueueName()
  const queue = new Queue(queueName, { connection })
  const jobOptions = { attempts: 3, backoff: { type: 'fixed', delay: 10 } }
  return {
    dispatch: bullmqDispatch(queue, { jobOptions }),
    startWorker: async (receiver) => {
      const worker = bullmqWorker(receiver, { queueName, connection, concurrency: 4 })
      await worker.waitUntilReady()
      return worker
    },
    jobs: async () =>
      Object.values(await queue.getJobCounts()).reduce((sum, count) => sum + count, 0),
    completed: () => queue.getCompletedCount(),
    forgetCompleted: async () => {
      await queue.clean(0, 0, 'completed')
    },
    endDelays: async () => {
      for (const job of await queue.getDelayed()) await job.promote()
    },
    replay: (event, choice) => replay(queue, event, { endpoint: 'default', ...choice }),
    listDead: () => listDead(queue),
    close: async () => {
      await queue.obliterate({ force: true })
      await queue.close()
    },
  }
}
