import { namedEndpoint } from '@ainexlayer/webhooks/queue'
import { jobIdOf } from './job-id.ts'
import type { DeadJob } from './list-dead.ts'
import type { PgBossLike } from './pg-boss-like.ts'
import { runDeadAgain } from './run-dead-again.ts'

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** The name of the queue. */
  readonly queue: string
  /** The receiver's `endpoint`: needed with an id, which does not tell it. */
  readonly endpoint?: string
  /** The `scope` of the secret that matched: its tenant; default none. */
  readonly scope?: string | undefined
  /** Also runs an event again that was handled: the worker's store forgets it first. Default false. */
  readonly again?: boolean
}

/**
 * Runs the job of an event again that failed or was given up with `PermanentFailure`. Returns false if
 * there is no such job: it is unknown, archived, waiting or handled. With `again`, a completed job runs again too, as
 * a new job with the queue's own settings.
 *
 * @throws WebhookConfigurationError `endpoint_missing` for an id without `endpoint`
 *
 * @param event - an entry of `listDead`, or an event's id
 *
 * @example
 * await replay(boss, 'msg_2b1c', { queue: 'webhooks', endpoint: 'billing' })
 */
export const replay = async (
  boss: PgBossLike,
  event: string | Pick<DeadJob, 'jobId'>,
  { queue, endpoint, scope, again = false }: ReplayOptions,
): Promise<boolean> => {
  const id =
    typeof event === 'string'
      ? await jobIdOf({ endpoint: namedEndpoint(endpoint), scope, id: event })
      : event.jobId
  const job = await boss.getJobById(queue, id)
  if (job === null) return false
  if (job.state !== 'completed' || !again || typeof job.data !== 'object') {
    return runDeadAgain(boss, queue, id, job.state)
  }
  // pg-boss cannot change a completed job. The mark is for the worker: the store that remembers the event is there.
  await boss.deleteJob(queue, id)
  return (await boss.send(queue, { ...job.data, again: true }, { id })) !== null
}
