import { fromJob } from '@ainexlayer/webhooks/queue'
import { listDead, replay } from '@ainexlayer/webhooks-pg-boss'
import type PgBoss from 'pg-boss'
import type { Place } from './place.ts'

/** Failed jobs of pg-boss. A replay puts the job back, and one of the app's workers runs it. */
export const pgBossPlace = (boss: PgBoss, queue: string, schema: string): Place => ({
  name: 'pg-boss',
  list: async (limit) =>
    (await listDead(boss, { queue, schema, limit })).map(
      ({ jobId, endpoint, id, type, reason, failedAt }) => ({
        ...{ place: 'pg-boss', key: jobId, endpoint, id, type, reason },
        since: failedAt,
      }),
    ),
  read: async (key) => {
    const job = await boss.getJobById(queue, key)
    return job === null ? undefined : fromJob(job.data)
  },
  replay: async (key) => ((await replay(boss, { jobId: key }, { queue })) ? 'queued' : 'not there'),
})
