import type { GenuineDelivery, Park } from '../delivery/delivery.ts'
import { type QueueJob, toJob } from '../delivery/job.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { Receiver } from '../receiver/receiver.ts'

/** A delivery that was parked. */
export interface ParkedDelivery {
  /** The event's id. */
  readonly id: string
  /** The event's type. */
  readonly type: string
  /** The receiver's `endpoint`. */
  readonly endpoint: string
  /** Why: the message of what the handler threw. */
  readonly reason: string
  readonly parkedAt: Date
}

/** One row of a table of parked deliveries. */
export interface ParkedRow extends ParkedDelivery {
  /** Plain JSON. */
  readonly job: string
}

/** What a database does for a parking place. */
export interface ParkingTable {
  /** Keeps a row durably; one of the same endpoint and id is replaced. */
  put(row: Omit<ParkedRow, 'parkedAt'>): Promise<void>
  /** The latest first. */
  list(limit: number, offset: number): Promise<readonly ParkedDelivery[]>
  get(endpoint: string, id: string): Promise<ParkedRow | undefined>
  remove(endpoint: string, id: string): Promise<void>
}

/** Which part of the list. */
export interface ListParkedOptions {
  /** How many to list, default 100. */
  readonly limit?: number
  /** How many to leave out, default 0. */
  readonly offset?: number
}

/** Keeps deliveries that no retry can help, until an operator runs them again. */
export interface ParkingPlace {
  /** For `createReceiver({ park })`. */
  readonly park: Park
  /** What is parked, the latest first. */
  list(options?: ListParkedOptions): Promise<readonly ParkedDelivery[]>
  /**
   * Runs a parked delivery's handlers again, and takes it off the list when they succeed. Undefined when
   * there is none.
   */
  replay(
    receiver: Pick<Receiver, 'work'>,
    id: string,
    options?: { readonly endpoint?: string },
  ): Promise<Outcome | undefined>
}

const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)

const done: ReadonlySet<Outcome['outcome']> = new Set(['processed', 'duplicate', 'unhandled'])

/** A parking place on a table: the stores for Postgres and SQLite bring one. */
export const parkingPlace = (table: ParkingTable): ParkingPlace => ({
  park: async (delivery: GenuineDelivery, reason: unknown) => {
    const job: QueueJob = toJob(delivery)
    const { id, type, endpoint } = job
    await table.put({ id, type, endpoint, reason: reasonOf(reason), job: JSON.stringify(job) })
  },
  list: ({ limit = 100, offset = 0 } = {}) => table.list(limit, offset),
  replay: async (receiver, id, { endpoint = 'default' } = {}) => {
    const row = await table.get(endpoint, id)
    if (row === undefined) return undefined
    const outcome = await receiver.work(JSON.parse(row.job), { again: true })
    if (done.has(outcome.outcome)) await table.remove(endpoint, id)
    return outcome
  },
})
