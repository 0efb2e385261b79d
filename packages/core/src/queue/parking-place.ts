import type { GenuineDelivery, Park } from '../delivery/delivery.ts'
import { fromJob, type ReadJob, toJob } from '../delivery/job.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { reasonOf } from '../delivery/reason.ts'
import { eventKey } from '../idempotency/event-key.ts'
import type { Receiver } from '../receiver/receiver.ts'
import { namedEndpoint } from './named-endpoint.ts'

/** A delivery that was parked. */
export interface ParkedDelivery {
  /** What tells it from all others: the event's key, made of endpoint, scope and id. */
  readonly key: string
  /** The event's id; one that a table cannot keep comes with characters replaced, or cut. */
  readonly id: string
  /** The event's type, in the same form. */
  readonly type: string
  /** The receiver's `endpoint`. */
  readonly endpoint: string
  /** The tenant: the `scope` of the secret that matched; undefined when it has none. */
  readonly scope: string | undefined
  /** Why: the message of what the handler threw, at most 1000 characters. */
  readonly reason: string
  readonly parkedAt: Date
}

/** A parked delivery that was read back. */
export interface ReadParkedDelivery extends ParkedDelivery {
  /** What was signed: `job.rawBody` holds the payload. */
  readonly job: ReadJob
}

/** One row of a table of parked deliveries. */
export interface ParkedRow extends ParkedDelivery {
  /** Plain JSON. */
  readonly job: string
}

/** What a database does for a parking place. */
export interface ParkingTable {
  /** Keeps a row durably; one of the same key is replaced. */
  put(row: Omit<ParkedRow, 'parkedAt'>): Promise<void>
  /** The latest first. */
  list(limit: number, offset: number): Promise<readonly ParkedDelivery[]>
  get(key: string): Promise<ParkedRow | undefined>
  remove(key: string): Promise<void>
}

/** Which part of the list. */
export interface ListParkedOptions {
  /** How many to list, default 100. */
  readonly limit?: number
  /** How many to leave out, default 0. */
  readonly offset?: number
}

/** Where the event of an id was received. */
export interface FindParkedOptions {
  /** The receiver's `endpoint`: needed with an id, which does not tell it. */
  readonly endpoint?: string
  /** The tenant: the `scope` of the secret that matched; default none. */
  readonly scope?: string | undefined
}

/** Keeps deliveries that no retry can help, until an operator runs them again. */
export interface ParkingPlace {
  /** For `createReceiver({ park })`. */
  readonly park: Park
  /** What is parked, the latest first. */
  list(options?: ListParkedOptions): Promise<readonly ParkedDelivery[]>
  /**
   * Reads one with the bytes that were signed, for an operator who looks into it. Undefined when there is none.
   *
   * @param parked - one of the list, or the id of an event
   */
  get(
    parked: string | Pick<ParkedDelivery, 'key'>,
    options?: FindParkedOptions,
  ): Promise<ReadParkedDelivery | undefined>
  /**
   * Runs a parked delivery's handlers again, and takes it off the list when they succeed. Undefined when
   * there is none. The receiver's store must have `forget`: without it, the outcome is `misconfigured`.
   *
   * @param parked - one of the list, or the id of an event
   */
  replay(
    receiver: Pick<Receiver, 'work'>,
    parked: string | Pick<ParkedDelivery, 'key'>,
    options?: FindParkedOptions,
  ): Promise<Outcome | undefined>
}

/** The key of one of the list, or of the event with an id. */
const keyOf = async (
  parked: string | Pick<ParkedDelivery, 'key'>,
  { endpoint, scope }: FindParkedOptions = {},
): Promise<string> =>
  typeof parked === 'string'
    ? eventKey({ endpoint: namedEndpoint(endpoint), scope, id: parked })
    : parked.key

/** A parking place on a table: the stores for Postgres and SQLite bring one. */
export const parkingPlace = (table: ParkingTable): ParkingPlace => ({
  park: async (delivery: GenuineDelivery, reason: unknown) => {
    const { endpoint, scope, event } = delivery
    const key = await eventKey({ endpoint, scope, id: event.id })
    const job = toJob(delivery)
    const { id, type } = job
    const row = { key, id, type, endpoint, scope, reason: reasonOf(reason) }
    await table.put({ ...row, job: JSON.stringify(job) })
  },
  list: ({ limit = 100, offset = 0 } = {}) => table.list(limit, offset),
  get: async (parked, options) => {
    const row = await table.get(await keyOf(parked, options))
    return row && { ...row, job: fromJob(JSON.parse(row.job)) }
  },
  replay: async (receiver, parked, options) => {
    const key = await keyOf(parked, options)
    const row = await table.get(key)
    if (row === undefined) return undefined
    const outcome = await receiver.work(JSON.parse(row.job), { again: true })
    // Not `unhandled`, which nobody dealt with, and not `duplicate`: that it was parked is a record of the store as well.
    if (outcome.outcome === 'processed') await table.remove(key)
    return outcome
  },
})
