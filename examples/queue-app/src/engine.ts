import type { Dispatch, Receiver } from '@ainexlayer/webhooks'
import type { IdempotencyStore } from '@ainexlayer/webhooks/store'

/** One run of a handler: which event, and in which process. */
export interface Run {
  readonly id: string
  readonly pid: number
}

/** What the app needs of its queue, whichever engine runs it. */
export interface Engine {
  /** Creates the queue and its tables; called once, before any process starts. */
  setUp(): Promise<void>
  readonly dispatch: Dispatch
  /** Remembers handled events for all workers. */
  readonly store: IdempotencyStore
  startWorker(receiver: Pick<Receiver, 'work'>): Promise<{ close(): Promise<unknown> }>
  /** Notes a run, as a real app writes to its database. */
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

/** Where an engine keeps its data, and after how long it gives up on the jobs of a killed worker. */
export interface EngineSettings {
  readonly namespace: string
  readonly recoverySeconds: number
}
