import type { BullmqQueue } from './bullmq-queue.ts'

/** Puts a failed job back in the queue, with all its attempts. False if the job has not failed. */
export const retryFailed = async (queue: BullmqQueue, jobId: string): Promise<boolean> => {
  if ((await queue.getJobState(jobId)) !== 'failed') return false
  const job = await queue.getJob(jobId)
  if (job === undefined) return false
  try {
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
  } catch (error) {
    // Two redeliveries came at once, and the other one was faster.
    if ((await queue.getJobState(jobId)) === 'failed') throw error
  }
  return true
}
