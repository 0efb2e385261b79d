import { assertMethods } from '@ainexlayer/webhooks/queue'

/** The part of a job in a worker that is used. */
export interface PgBossJob {
  readonly id: string
  readonly data: unknown
  readonly retryCount: number
  readonly retryLimit: number
  readonly deadLetter?: string | null
  /** From version 11: aborted when pg-boss gives up on the run. */
  readonly signal?: AbortSignal
}

/** The part of a pg-boss instance (version 10 to 12) that is used. Pass your own instance. */
export interface PgBossLike {
  send(name: string, data: object, options: object): Promise<string | null>
  getQueue(name: string): Promise<object | null>
  getJobById(
    name: string,
    id: string,
  ): Promise<{ readonly state: string; readonly data: unknown } | null>
  deleteJob(name: string, id: string): Promise<unknown>
  retry(name: string, id: string): Promise<unknown>
  resume(name: string, id: string): Promise<unknown>
  cancel(name: string, id: string): Promise<unknown>
  complete(name: string, id: string): Promise<unknown>
  fail(name: string, id: string, data: object): Promise<unknown>
  work(
    name: string,
    options: { includeMetadata: true },
    handler: (jobs: PgBossJob[]) => Promise<unknown>,
  ): Promise<string>
  offWork(name: string, options?: { id: string; wait: boolean }): Promise<unknown>
  notifyWorker(workerId: string): void
  getDb(): {
    executeSql(text: string, values: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  }
}

/** @throws WebhookConfigurationError `option_invalid` for what is no instance of pg-boss, such as its address */
export const assertBoss = (boss: PgBossLike): void =>
  assertMethods(
    'boss',
    boss,
    ['send', 'getQueue', 'work'],
    'Pass your own instance, started: `const boss = new PgBoss(connectionString); await boss.start()`.',
  )
