import { setTimeout as pause } from 'node:timers/promises'
import type { Receiver } from '@ainexlayer/webhooks'
import { assertMethods, assertOptions, jobVerdict } from '@ainexlayer/webhooks/queue'
import { bury } from './bury.ts'
import { jobTable } from './job-table.ts'
import { persist } from './persist.ts'
import { assertBoss, type PgBossJob, type PgBossLike } from './pg-boss-like.ts'

/** pg-boss's options for `boss.work`. */
export interface WorkOptions {
  /** How many jobs are fetched and run at once, default 10. The next batch waits for the slowest job. */
  readonly batchSize?: number
  /** Seconds between polls of an empty queue; default: the instance's (2). */
  readonly pollingIntervalSeconds?: number
  readonly [option: string]: unknown
}

/** How long the jobs of a fetch that is under way may take to arrive once Postgres has answered a later question, in milliseconds. */
const lateFetchMs = 250

/** The longest that a closing worker waits for an answer of Postgres, in milliseconds. */
const answerMs = 2000

/** Options of {@link pgBossWorker}: pg-boss's own, plus the queue's name. */
export interface PgBossWorkerOptions extends WorkOptions {
  /** The name of the queue that `pgBossDispatch` fills. */
  readonly queue: string
  /** The schema that pg-boss uses, default `pgboss`: a `replay` with `again` is marked in its table. */
  readonly schema?: string
}

/** A running worker. */
export interface PgBossWorker {
  /** pg-boss's id of this worker. */
  readonly id: string
  /**
   * Stops fetching jobs and waits for handlers that are running. With version 10 it stops every worker of
   * this queue on this instance.
   */
  close(): Promise<void>
}

/**
 * A copy with nothing but texts. pg-boss stores an error with its cause and its own fields, and the process ends if
 * Postgres refuses a character in them.
 */
const plain = ({ name, message, stack }: Error): Error => {
  const error = new Error(message)
  error.name = name
  if (stack !== undefined) error.stack = stack
  return error
}

/** The failures of one batch, as the single error that pg-boss records for those jobs. */
const failureOf = (failed: ReadonlyMap<string, Error>): Error => {
  const [first] = failed.values()
  if (failed.size === 1 && first !== undefined) return plain(first)
  const reasons = Object.fromEntries([...failed].map(([id, { message }]) => [id, message]))
  return Object.assign(new Error(`${failed.size} jobs of a batch failed`), { reasons })
}

/**
 * Runs a receiver's handlers in a pg-boss worker. `PermanentFailure` gives the job up immediately. Any
 * other error, `RetryLater` included, uses one of the queue's retries and its delay, because pg-boss has
 * no other way; so does a job without a handler in this worker. A job completes if its event was handled, or had
 * been handled before.
 *
 * All options except `queue` and `schema` are passed to `boss.work`.
 *
 * @throws WebhookConfigurationError `option_invalid` if `schema` is not a plain name
 *
 * @example
 * const worker = await pgBossWorker(receiver, boss, { queue: 'webhooks', batchSize: 20 })
 * process.on('SIGTERM', () => worker.close().then(() => boss.stop()))
 */
export const pgBossWorker = async (
  receiver: Pick<Receiver, 'work'>,
  boss: PgBossLike,
  workerOptions: PgBossWorkerOptions,
): Promise<PgBossWorker> => {
  assertMethods('receiver', receiver, ['work'], 'Pass what `createReceiver` made.')
  assertBoss(boss)
  // The rest is pg-boss's.
  assertOptions<{ queue: 1; schema: 1; batchSize: 1 }>(
    'pgBossWorker',
    workerOptions,
    { queue: 1, schema: 1, batchSize: 1 },
    true,
  )
  const { queue, schema = 'pgboss', batchSize = 10, ...workOptions } = workerOptions
  // pg-boss has no method that changes a job.
  const unmark = `UPDATE ${jobTable(schema)} SET data = data - 'again' WHERE name = $1 AND id = $2`

  const runJob = async (job: PgBossJob): Promise<Error | undefined> => {
    const outcome = await receiver.work(job.data, {
      signal: job.signal,
      job: { id: job.id, run: job.retryCount + 1, queue },
      onForgotten: () => boss.getDb().executeSql(unmark, [queue, job.id]),
    })
    const verdict = jobVerdict(outcome)
    switch (verdict.kind) {
      case 'done':
        await persist(() => boss.complete(queue, job.id))
        return undefined
      case 'dead':
        await persist(() => bury(boss, queue, job, verdict.error))
        return undefined
      case 'later':
        return new Error(verdict.reason)
      case 'failed':
        return verdict.error
    }
  }

  const runBatch = async (jobs: readonly PgBossJob[]): Promise<void> => {
    const failed = new Map<string, Error>()
    await Promise.all(
      jobs.map(async (job) => {
        const error = await runJob(job).catch((thrown: unknown) =>
          thrown instanceof Error ? thrown : new Error(String(thrown)),
        )
        if (error !== undefined) failed.set(job.id, error)
      }),
    )
    // A full batch means that more jobs are waiting, so there is no pause.
    if (jobs.length === batchSize && workerId !== undefined) boss.notifyWorker(workerId)
    // The other jobs were settled one by one above and are no longer active, so this does not fail them.
    if (failed.size === 0) return
    await persist(() => boss.getQueue(queue))
    throw failureOf(failed)
  }

  let workerId: string | undefined
  const running = new Set<Promise<void>>()
  const options = { ...workOptions, batchSize, includeMetadata: true } as const
  workerId = await boss.work(queue, options, async (jobs) => {
    const batch = runBatch(jobs)
    running.add(batch)
    try {
      await batch
    } finally {
      running.delete(batch)
    }
  })
  const id = workerId
  /** Resolves when Postgres has answered a question that was put after all others, or does not answer. */
  const answered = () =>
    Promise.race([boss.getQueue(queue).catch(() => {}), pause(answerMs, undefined, { ref: false })])
  return {
    id,
    close: async () => {
      await boss.offWork(queue, { id, wait: true })
      await Promise.allSettled(running)
      // pg-boss 10 does not wait for a fetch that is under way: its jobs would stay active until they expire. An answer
      // of Postgres to a later question tells that the fetch has begun, and no connection was waited for.
      await answered()
      do {
        await pause(lateFetchMs)
        await Promise.allSettled(running)
      } while (running.size > 0)
      // Nor does it wait for its own last write of a batch, which began before this question.
      await answered()
    },
  }
}
