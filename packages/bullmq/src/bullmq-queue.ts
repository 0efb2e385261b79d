import type { QueueJob } from '@ainexlayer/webhooks/queue'
import type { JobsOptions } from 'bullmq'

/** The part of a BullMQ `Job` that is used. */
export interface BullmqJob {
  readonly id?: string | undefined
  readonly data: unknown
  /** When it was added, unix milliseconds. */
  readonly timestamp: number
  readonly attemptsMade: number
  readonly failedReason?: string | null
  readonly finishedOn?: number | null | undefined
  updateData(data: object): Promise<void>
  retry(
    state?: 'completed' | 'failed',
    options?: { resetAttemptsMade?: boolean; resetAttemptsStarted?: boolean },
  ): Promise<void>
}

/** The part of a BullMQ `Queue` (version 5 or 6) that is used. Pass your own queue. */
export interface BullmqQueue {
  readonly opts: { readonly connection?: unknown; readonly prefix?: string | undefined }
  readonly name: string
  add(
    name: string,
    data: QueueJob,
    options?: JobsOptions,
  ): Promise<Pick<BullmqJob, 'id' | 'timestamp'>>
  getJob(id: string): Promise<BullmqJob | undefined>
  getJobState(id: string): Promise<string>
  getFailed(start?: number, end?: number): Promise<readonly BullmqJob[]>
}
