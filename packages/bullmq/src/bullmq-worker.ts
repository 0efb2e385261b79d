import type { OutcomeName, Receiver } from '@ainexlayer/webhooks'
import { jobVerdict, type QueueJob } from '@ainexlayer/webhooks/queue'
import { DelayedError, UnrecoverableError, Worker, type WorkerOptions } from 'bullmq'

/** Options of {@link bullmqWorker}: BullMQ's own, and the queue's name. */
export interface BullmqWorkerOptions extends WorkerOptions {
  /** The name of the queue that {@link bullmqDispatch} fills. */
  readonly queueName: string
}

/** What a completed job returns, for a dashboard to show. */
export interface JobResult {
  readonly outcome: OutcomeName
}

const unrecoverable = (error: Error): UnrecoverableError => {
  const dead = new UnrecoverableError(error.message)
  // BullMQ stores the stack: the one of the handler says more than ours.
  if (error.stack !== undefined) dead.stack = error.stack
  return dead
}

/**
 * Runs a receiver's handlers in a BullMQ worker. `RetryLater` and an event that another worker runs are
 * put off without costing an attempt, `PermanentFailure` goes to the failed jobs at once, everything else
 * that a handler throws gets the job's attempts and backoff. Completed are: handled, handled before, and
 * nobody listens.
 *
 * Everything but `queueName` goes to BullMQ's `Worker` as it is; `maxStalledCount` is 5 where BullMQ has
 * 1, because each killed worker counts. `close()` waits for the handlers that run.
 *
 * @example
 * const worker = bullmqWorker(receiver, { queueName: 'webhooks', connection, concurrency: 10 })
 * process.on('SIGTERM', () => worker.close())
 */
export const bullmqWorker = (
  receiver: Pick<Receiver, 'work'>,
  { queueName, ...options }: BullmqWorkerOptions,
): Worker<QueueJob, JobResult> =>
  new Worker<QueueJob, JobResult>(
    queueName,
    async (job, token, signal) => {
      const outcome = await receiver.work(job.data, {
        signal,
        job: { id: job.id, run: job.attemptsMade + 1, queue: job.queueName },
      })
      const verdict = jobVerdict(outcome)
      switch (verdict.kind) {
        case 'done':
          return { outcome: outcome.outcome }
        case 'later':
          await job.moveToDelayed(Date.now() + verdict.afterSeconds * 1000, token)
          throw new DelayedError(verdict.reason)
        case 'dead':
          throw unrecoverable(verdict.error)
        case 'failed':
          throw verdict.error
      }
    },
    { maxStalledCount: 5, ...options },
  )
