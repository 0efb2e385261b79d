import type { Dispatch, Receiver } from '@ainexlayer/webhooks'
import type { IdempotencyStore } from '@ainexlayer/webhooks/store'
import { openBullmq } from './bullmq-engine.ts'
import { openPgBoss } from './pg-boss-engine.ts'

/** One run of a handler: which event, and in which process. */
export interface Run {
  readonly id: string
  readonly pid: number
}

/** What the app needs of its queue, whichever engine it is. */
export interface Engine {
  /** Creates the queue and its tables; called once, before any process starts. */
  setUp(): Promise<void>
  readonly dispatch: Dispatch
  /** Remembers handled events for all workers. */
  readonly store: IdempotencyStore
  startWorker(receiver: Pick<Receiver, 'work'>): Promise<{ close(): Promise<unknown> }>
  /** Writes down a run, as a real app writes to its database. */
  record(run: Run): Promise<void>
  runs(): Promise<readonly Run[]>
  /** Events whose handlers have run. */
  handled(): Promise<number>
  /** Jobs that wait or run. */
  open(): Promise<number>
  close(): Promise<void>
  /** Removes everything that `setUp` and the runs have left. */
  tearDown(): Promise<void>
}

/** Where an engine keeps its things, and how soon it takes the jobs of a killed worker for lost. */
export interface EngineSettings {
  readonly namespace: string
  readonly recoverySeconds: number
}

/** The settings that the environment asks for. */
export const settings: EngineSettings = {
  namespace: process.env['NAMESPACE'] ?? 'ainl_queue_app',
  recoverySeconds: Number(process.env['RECOVERY_SECONDS'] ?? 60),
}

/** Opens the engine that QUEUE names: `bullmq` (default) or `pg-boss`. */
export const openEngine = async (): Promise<Engine> => {
  const name = process.env['QUEUE'] ?? 'bullmq'
  if (name === 'bullmq') return openBullmq(settings)
  if (name === 'pg-boss') return openPgBoss(settings)
  throw new Error(`QUEUE is ${name}: set it to bullmq or pg-boss`)
}
