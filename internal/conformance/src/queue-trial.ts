import {
  createReceiver,
  type Dispatch,
  type HandleResult,
  type HandlerContext,
  memoryStore,
  type Receiver,
  type ReceiverOptions,
} from '@ainexlayer/webhooks'
import type { IdempotencyStore } from '@ainexlayer/webhooks/store'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { vi } from 'vitest'
import { quiet } from './adapter-case.ts'

/** The part of a list of dead events that the cases read. */
export interface DeadEvent {
  readonly jobId: string
  readonly id: string | undefined
  readonly type: string | undefined
  readonly scope: string | undefined
  readonly reason: string
  readonly runs: number
}

/** What `replay` can be told beside the event. */
export interface ReplayChoice {
  readonly scope?: string
  readonly again?: boolean
}

/** A queue under test, with immediate retries and three runs. No other case uses it. */
export interface QueueOnTrial {
  readonly dispatch: Dispatch
  startWorker(receiver: Pick<Receiver, 'work'>): Promise<{ close(): Promise<unknown> }>
  /** How many jobs the queue has, in any state. */
  jobs(): Promise<number>
  /** How many of them are completed. */
  completed(): Promise<number>
  /** Removes all completed jobs, as the engine does after a while. */
  forgetCompleted(): Promise<void>
  /** Ends the delay of all delayed jobs. */
  endDelays(): Promise<void>
  replay(event: string | DeadEvent, choice?: ReplayChoice): Promise<boolean>
  listDead(): Promise<readonly DeadEvent[]>
  close(): Promise<void>
}

/** One thing that every queue must do. */
export interface QueueCase {
  readonly name: string
  run(): Promise<void>
}

/** A handler of any event. */
export type AnyHandler = (event: { id: string }, ctx: HandlerContext) => unknown

/** An event to deliver. */
export interface TrialEvent {
  readonly id: string
  readonly type: string
  readonly data?: unknown
}

/** Both sides of one queue, HTTP and workers, as two receivers that share a store. */
export interface Trial {
  readonly queue: QueueOnTrial
  /** Delivers an event, signed anew each time, and returns the whole result. */
  send(event?: TrialEvent): Promise<HandleResult>
  /** Delivers an event, signed anew each time, and returns the status. */
  deliver(event?: TrialEvent): Promise<number>
  /** Starts a worker with one handler for all events. */
  work(handler: AnyHandler): Promise<void>
  /** Starts a worker with a receiver of the case's own. */
  workWith(receiver: Receiver): Promise<{ close(): Promise<unknown> }>
  readonly store: IdempotencyStore
}

/** Waits until a check no longer fails. */
export const until = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 15_000, interval: 50 })

/** A receiver with one handler for all events, whether or not a schema knows them. */
export const withHandler = (options: Partial<ReceiverOptions>, handler: AnyHandler): Receiver =>
  createReceiver({ endpoint: 'default', secret: testSecret, logger: quiet, ...options })
    .on('*', handler)
    .onUnknown(handler)

/** Makes the cases of one kind of queue. */
export type CaseOfQueue = (
  name: string,
  body: (trial: Trial) => Promise<void>,
  options?: Partial<ReceiverOptions>,
) => QueueCase

/** Makes cases on queues that are made by `make`; `options` are those of both receivers. */
export const queueCase =
  (make: () => Promise<QueueOnTrial>): CaseOfQueue =>
  (name, body, options = {}) => ({
    name,
    run: async () => {
      const queue = await make()
      const workers: { close(): Promise<unknown> }[] = []
      const store = memoryStore()
      const receiver = withHandler({ dispatch: queue.dispatch, ...options }, () => {
        throw new Error('a handler ran in the request')
      })
      const { profile } = options
      const send = async (event: TrialEvent = fixture('chat.message')) => {
        // A profile without a signed id takes the id from the body, where it can be any string.
        const id = profile === undefined ? event.id : 'unsigned'
        const more = profile === undefined ? {} : { profile }
        return receiver.handle(await signedRequest({ body: JSON.stringify(event), id, ...more }))
      }
      const workWith = async (receiver: Receiver) => {
        const worker = await queue.startWorker(receiver)
        workers.push(worker)
        return worker
      }
      try {
        await body({
          queue,
          store,
          send,
          deliver: async (event) => (await send(event)).status,
          workWith,
          work: async (handler) => {
            await workWith(withHandler({ store, ...options }, handler))
          },
        })
      } finally {
        await Promise.all(workers.map((worker) => worker.close()))
        await queue.close()
      }
    },
  })
