import type { OutcomeName, Receiver } from '@ainexlayer/webhooks'
import { assertMethods, assertOptions, jobVerdict, type QueueJob } from '@ainexlayer/webhooks/queue'
import { DelayedError, UnrecoverableError, Worker, type WorkerOptions } from 'bullmq'
import { assertOneSlot } from './cluster-keys.ts'

/** Options of {@link bullmqWorker}: BullMQ's own, plus the queue's name. */
export interface BullmqWorkerOptions extends WorkerOptions {
  /** The name of the queue that {@link bullmqDispatch} fills. */
  readonly queueName: string
}

/** What a completed job returns, for a dashboard to show. */
export interface JobResult {
  readonly outcome: OutcomeName
}

/** With this message an error tells BullMQ 5 and 6 that the queue's rate limit was reached. */
const rateLimit = 'bullmq:rateLimitExceeded'

/** A message that BullMQ takes for nothing but words. */
const words = (message: string): string =>
  message === rateLimit ? `the handler threw \`${message}\`` : message

/** BullMQ stores the stack, and the handler's says more than ours. */
const withStackOf = <Failure extends Error>(error: Failure, { stack }: Error): Failure => {
  if (stack !== undefined) error.stack = stack
  return error
}

const unrecoverable = (error: Error): UnrecoverableError =>
  withStackOf(new UnrecoverableError(words(error.message)), error)

/** Without the name: BullMQ takes `DelayedError` and others for its own. The stack still begins with it. */
const failure = (error: Error): Error => withStackOf(new Error(words(error.message)), error)

/**
 * Runs a receiver's handlers in a BullMQ worker. `RetryLater`, and an event that another worker is
 * running, delay the job without using up an attempt. `PermanentFailure` fails the job immediately. Any
 * other error uses the job's attempts and backoff. A job completes if its event was handled, or had been
 * handled before. A job without a handler in this worker is delayed for up to an hour, so that a newer worker
 * can run it, and then fails.
 *
 * All options except `queueName` are passed to BullMQ's `Worker`. `maxStalledCount` defaults to 5 instead
 * of BullMQ's 1, because each killed worker counts. `close()` waits for handlers that are running.
 *
 * @example
 * const worker = bullmqWorker(receiver, { queueName: 'webhooks', connection, concurrency: 10 })
 * process.on('SIGTERM', () => worker.close())
 */
export const bullmqWorker = (
  receiver: Pick<Receiver, 'work'>,
  workerOptions: BullmqWorkerOptions,
): Worker<QueueJob, JobResult> => {
  assertMethods('receiver', receiver, ['work'], 'Pass what `createReceiver` made.')
  // The rest is BullMQ's.
  assertOptions<Pick<BullmqWorkerOptions, 'queueName'>>(
    'bullmqWorker',
    workerOptions,
    { queueName: 1 },
    true,
  )
  const { queueName, ...options } = workerOptions
  assertOneSlot(options.connection, options.prefix, queueName)
  return new Worker<QueueJob, JobResult>(
    queueName,
    async (job, token, signal) => {
      const outcome = await receiver.work(job.data, {
        signal,
        job: { id: job.id, run: job.attemptsMade + 1, queue: job.queueName },
        onForgotten: () => {
          const { again: _, ...data } = job.data
          return job.updateData(data)
        },
      })
      const verdict = jobVerdict(outcome)
      switch (verdict.kind) {
        case 'done':
          return { outcome: outcome.outcome }
        case 'later':
          await job.moveToDelayed(Date.now() + verdict.afterSeconds * 1000, token)
          throw new DelayedError(words(verdict.reason))
        case 'dead':
          throw unrecoverable(verdict.error)
        case 'failed':
          throw failure(verdict.error)
      }
    },
    { maxStalledCount: 5, ...options },
  )
}
