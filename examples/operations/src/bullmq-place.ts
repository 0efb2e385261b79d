import { fromJob } from '@ainexlayer/webhooks/queue'
import { listDead, replay } from '@ainexlayer/webhooks-bullmq'
import type { Queue } from 'bullmq'
import type { Place } from './place.ts'

/** Failed jobs of BullMQ. A replay puts the job back, and one of the app's workers runs it. */
export const bullmqPlace = (queue: Queue): Place => ({
  name: 'bullmq',
  list: async (limit) =>
    (await listDead(queue, { limit })).map(({ jobId, endpoint, id, type, reason, failedAt }) => ({
      ...{ place: 'bullmq', key: jobId, endpoint, id, type, reason },
      since: failedAt,
    })),
  read: async (key) => {
    const job = await queue.getJob(key)
    return job && fromJob(job.data)
  },
  replay: async (key) => ((await replay(queue, { jobId: key })) ? 'queued' : 'not there'),
})
