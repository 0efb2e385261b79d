import type { BullmqJob, BullmqQueue } from './bullmq-queue.ts'

/** Puts an ended job back to wait for a worker, with all its attempts. Returns false if it is not in that state. */
export const rerunEnded = async (
  queue: BullmqQueue,
  job: BullmqJob,
  ended: 'completed' | 'failed',
): Promise<boolean> => {
  const stateOf = async () => (job.id === undefined ? undefined : queue.getJobState(job.id))
  if ((await stateOf()) !== ended) return false
  try {
    await job.retry(ended, { resetAttemptsMade: true, resetAttemptsStarted: true })
  } catch (error) {
    // Two redeliveries at once: the other one was faster.
    if ((await stateOf()) === ended) throw error
  }
  return true
}
