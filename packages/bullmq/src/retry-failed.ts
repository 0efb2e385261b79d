import type { BullmqQueue } from './bullmq-queue.ts'

/** Lets a failed job wait for a worker again, with all its attempts. False when it is not among the failed. */
export const retryFailed = async (queue: BullmqQueue, jobId: string): Promise<boolean> => {
  if ((await queue.getJobState(jobId)) !== 'failed') return false
  const job = await queue.getJob(jobId)
  if (job === undefined) return false
  try {
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
  } catch (error) {
    // Two redeliveries at once: the other one was faster.
    if ((await queue.getJobState(jobId)) === 'failed') throw error
  }
  return true
}
