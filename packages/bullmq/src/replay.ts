import { namedEndpoint } from '@ainexlayer/webhooks/queue'
import type { BullmqQueue } from './bullmq-queue.ts'
import { jobIdOf } from './job-id.ts'
import type { DeadJob } from './list-dead.ts'
import { rerunEnded } from './rerun-ended.ts'

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** The receiver's `endpoint`: needed with an id, which does not tell it. */
  readonly endpoint?: string
  /** The `scope` of the secret that matched: its tenant; default none. */
  readonly scope?: string | undefined
  /** Also runs an event again that was handled: the worker's store forgets it first. Default false. */
  readonly again?: boolean
}

/**
 * Runs the failed job of an event again, with all its attempts. Returns false if the event has no failed
 * job: it is unknown, removed, waiting or handled. With `again`, a completed job runs again too.
 *
 * @throws WebhookConfigurationError `endpoint_missing` for an id without `endpoint`
 *
 * @param event - an entry of `listDead`, or an event's id
 *
 * @example
 * await replay(queue, 'msg_2b1c', { endpoint: 'billing' })
 */
export const replay = async (
  queue: BullmqQueue,
  event: string | Pick<DeadJob, 'jobId'>,
  { endpoint, scope, again = false }: ReplayOptions = {},
): Promise<boolean> => {
  const jobId =
    typeof event === 'string'
      ? await jobIdOf({ endpoint: namedEndpoint(endpoint), scope, id: event })
      : event.jobId
  const job = await queue.getJob(jobId)
  if (job === undefined) return false
  if (!again) return rerunEnded(queue, job, 'failed')
  const state = await queue.getJobState(jobId)
  if (state !== 'failed' && state !== 'completed') return false
  // A mark for the worker: the store that remembers the event is there.
  if (typeof job.data === 'object') await job.updateData({ ...job.data, again: true })
  return rerunEnded(queue, job, state)
}
