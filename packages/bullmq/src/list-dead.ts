import type { BullmqJob, BullmqQueue } from './bullmq-queue.ts'

/** An event whose job has failed for good. */
export interface DeadJob {
  /** The job's id, which `replay` uses. */
  readonly jobId: string
  /** The event's id; undefined if the job does not belong to a webhook. */
  readonly id: string | undefined
  /** The event's type. */
  readonly type: string | undefined
  /** The receiver's `endpoint`. */
  readonly endpoint: string | undefined
  /** The `scope` of the secret that matched: its tenant; undefined if it has none. */
  readonly scope: string | undefined
  /** The message of the last error. */
  readonly reason: string
  /** How often it was tried. */
  readonly runs: number
  /** When it failed for good. */
  readonly failedAt: Date | undefined
}

/** Which part of the list to return; the latest come first. */
export interface ListDeadOptions {
  /** How many to skip, default 0. */
  readonly offset?: number
  /** How many to return, default 100. */
  readonly limit?: number
}

const textOf = (data: unknown, name: 'id' | 'type' | 'endpoint' | 'scope'): string | undefined => {
  if (typeof data !== 'object' || data === null) return undefined
  const value: unknown = Reflect.get(data, name)
  return typeof value === 'string' ? value : undefined
}

const deadJob = ({ id, data, failedReason, attemptsMade, finishedOn }: BullmqJob): DeadJob => ({
  jobId: id ?? '',
  id: textOf(data, 'id'),
  type: textOf(data, 'type'),
  endpoint: textOf(data, 'endpoint'),
  scope: textOf(data, 'scope'),
  reason: failedReason ?? '',
  runs: attemptsMade,
  failedAt: typeof finishedOn === 'number' ? new Date(finishedOn) : undefined,
})

/**
 * Lists the events whose jobs have failed: out of attempts, or given up with `PermanentFailure`.
 *
 * @example
 * for (const { id, type, reason } of await listDead(queue)) console.log(id, type, reason)
 */
export const listDead = async (
  queue: BullmqQueue,
  { offset = 0, limit = 100 }: ListDeadOptions = {},
): Promise<DeadJob[]> =>
  // An end below the start would be -1, which is the last one for Redis.
  limit > 0 ? (await queue.getFailed(offset, offset + limit - 1)).map(deadJob) : []
