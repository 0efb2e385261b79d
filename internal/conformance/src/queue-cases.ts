import {
  createReceiver,
  type Dispatch,
  type HandlerContext,
  hmacBody,
  memoryStore,
  PermanentFailure,
  type Profile,
  type Receiver,
  type ReceiverOptions,
  RetryLater,
} from '@ainexlayer/webhooks'
import type { IdempotencyStore } from '@ainexlayer/webhooks/store'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { expect, vi } from 'vitest'
import { quiet } from './adapter-case.ts'

/** The part of a list of dead events that the cases read. */
export interface DeadEvent {
  readonly id: string | undefined
  readonly type: string | undefined
  readonly reason: string
  readonly runs: number
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
  replay(id: string): Promise<boolean>
  listDead(): Promise<readonly DeadEvent[]>
  close(): Promise<void>
}

/** One thing that every queue must do. */
export interface QueueCase {
  readonly name: string
  run(): Promise<void>
}

type AnyHandler = (event: { id: string }, ctx: HandlerContext) => unknown

/** Both sides of one queue, HTTP and workers, as two receivers that share a store. */
interface Trial {
  readonly queue: QueueOnTrial
  /** Delivers an event repeatedly, signed anew each time, and returns the statuses. */
  deliver(event?: { id: string; type: string; data?: unknown }): Promise<number>
  /** Starts a worker with one handler for all events. */
  work(handler: AnyHandler): Promise<void>
  readonly store: IdempotencyStore
}

const until = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 15_000, interval: 50 })

const withHandler = (options: Omit<ReceiverOptions, 'secret'>, handler: AnyHandler): Receiver =>
  createReceiver({ secret: testSecret, logger: quiet, ...options })
    .on('*', handler)
    .onUnknown(handler)

/** What every queue must do, tested through receivers. */
export const queueCases = (make: () => Promise<QueueOnTrial>): readonly QueueCase[] => {
  const trial = (
    name: string,
    body: (trial: Trial) => Promise<void>,
    profile?: Profile,
  ): QueueCase => ({
    name,
    run: async () => {
      const queue = await make()
      const workers: { close(): Promise<unknown> }[] = []
      const store = memoryStore()
      const more = profile === undefined ? {} : { profile }
      const receiver = withHandler({ dispatch: queue.dispatch, ...more }, () => {
        throw new Error('a handler ran in the request')
      })
      try {
        await body({
          queue,
          store,
          deliver: async (event = fixture('chat.message')) => {
            const id = profile === undefined ? event.id : 'unsigned'
            // A profile without a signed id takes the id from the body, where it can be any string.
            const request = await signedRequest({ body: JSON.stringify(event), id, ...more })
            return (await receiver.handle(request)).status
          },
          work: async (handler) => {
            workers.push(await queue.startWorker(withHandler({ store, ...more }, handler)))
          },
        })
      } finally {
        await Promise.all(workers.map((worker) => worker.close()))
        await queue.close()
      }
    },
  })

  return [
    trial('of 100 deliveries at once comes one job, and all are answered 202', async (trial) => {
      const event = fixture('chat.message')
      const statuses = await Promise.all(Array.from({ length: 100 }, () => trial.deliver(event)))
      expect(new Set(statuses)).toEqual(new Set([202]))
      expect(await trial.queue.jobs()).toBe(1)
      const handler = vi.fn()
      await trial.work(handler)
      await until(() => expect(handler).toHaveBeenCalledOnce())
    }),

    trial('a handler that throws is run again, as often as the queue allows', async (trial) => {
      const runs: unknown[] = []
      await trial.work((_, { job }) => {
        runs.push(job?.run)
        throw new Error('no luck')
      })
      const event = fixture('chat.message')
      await trial.deliver(event)
      await until(async () => expect(await trial.queue.listDead()).toHaveLength(1))
      expect(runs).toEqual([1, 2, 3])
      expect(await trial.queue.listDead()).toMatchObject([
        { id: event.id, type: event.type, reason: 'no luck', runs: 3 },
      ])
    }),

    trial('a redelivery of an event whose job has failed runs it again', async (trial) => {
      let failing = true
      const handler = vi.fn(() => {
        if (failing) throw new Error('no luck')
      })
      await trial.work(handler)
      const event = fixture('chat.message')
      await trial.deliver(event)
      await until(async () => expect(await trial.queue.listDead()).toHaveLength(1))
      failing = false
      handler.mockClear()
      const statuses = await Promise.all([1, 2, 3].map(() => trial.deliver(event)))
      expect(statuses).toEqual([202, 202, 202])
      await until(async () => expect(await trial.queue.completed()).toBe(1))
      expect(handler).toHaveBeenCalledOnce()
      expect(await trial.queue.listDead()).toEqual([])
    }),

    trial('a redelivery after the job was forgotten is skipped by the worker', async (trial) => {
      const handler = vi.fn()
      await trial.work(handler)
      const event = fixture('chat.message')
      await trial.deliver(event)
      await until(async () => expect(await trial.queue.completed()).toBe(1))
      await trial.queue.forgetCompleted()
      expect(await trial.queue.jobs()).toBe(0)
      expect(await trial.deliver(event)).toBe(202)
      await until(async () => expect(await trial.queue.completed()).toBe(1))
      expect(handler).toHaveBeenCalledOnce()
    }),

    trial(
      'an id of any form that the profile allows is one job, and reaches the handler',
      async (trial) => {
        const ids = ['evt:1', '123', '0', 'x'.repeat(190), 'a:b:c', '{"$ne":1}']
        for (const id of [...ids, ...ids]) {
          expect(await trial.deliver({ ...fixture('chat.message'), id })).toBe(202)
        }
        expect(await trial.queue.jobs()).toBe(ids.length)
        const seen: string[] = []
        await trial.work(({ id }) => seen.push(id))
        await until(() => expect(seen.sort()).toEqual(ids.sort()))
      },
    ),

    trial(
      'an id in the signed body may hold anything at all',
      async (trial) => {
        const ids = ['é', '日本語', '🚀', 'nul\0byte', 'half \ud800', 'x'.repeat(300)]
        for (const id of [...ids, ...ids]) {
          expect(await trial.deliver({ ...fixture('chat.message'), id })).toBe(202)
        }
        expect(await trial.queue.jobs()).toBe(ids.length)
        const seen: string[] = []
        await trial.work(({ id }) => seen.push(id))
        await until(() => expect(seen.sort()).toEqual(ids.sort()))
      },
      hmacBody(),
    ),

    trial('the handler gets the same event in a worker as inline', async (trial) => {
      const request = await signedRequest({
        event: fixture('chat.response.generated'),
        headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
      })
      const seen: { event: unknown; ctx: HandlerContext }[] = []
      const note: AnyHandler = (event, ctx) => seen.push({ event, ctx })
      await withHandler({}, note).handle(request)
      await withHandler({ dispatch: trial.queue.dispatch }, note).handle(request)
      await trial.work(note)
      await until(() => expect(seen).toHaveLength(2))
      const [inline, worker] = seen
      expect(worker?.event).toEqual(inline?.event)
      expect(worker?.ctx.rawBody).toEqual(inline?.ctx.rawBody)
      expect(worker?.ctx.signedAt).toEqual(inline?.ctx.signedAt)
      expect(worker?.ctx.headers.get('traceparent')).toContain('4bf92f3577b34da6')
      expect(worker?.ctx.headers.has('webhook-signature')).toBe(false)
      expect(inline?.ctx.job).toBeUndefined()
      expect(worker?.ctx.job).toMatchObject({ run: 1, id: expect.any(String) })
    }),

    trial('RetryLater runs it again', async (trial) => {
      const handler = vi.fn().mockRejectedValueOnce(new RetryLater(1)).mockResolvedValue(undefined)
      await trial.work(handler)
      await trial.deliver()
      await until(async () => expect(await trial.queue.completed()).toBe(1))
      expect(handler).toHaveBeenCalledTimes(2)
    }),

    trial('PermanentFailure runs it no more, until it is replayed', async (trial) => {
      const handler = vi.fn().mockRejectedValueOnce(new PermanentFailure('no such account'))
      await trial.work(handler)
      const event = fixture('user.created')
      await trial.deliver(event)
      await until(async () =>
        expect(await trial.queue.listDead()).toMatchObject([
          { id: event.id, type: 'user.created', reason: 'no such account', runs: 1 },
        ]),
      )
      expect(handler).toHaveBeenCalledOnce()
      expect(await trial.queue.replay('no such event')).toBe(false)
      expect(await trial.queue.replay(event.id)).toBe(true)
      await until(async () => expect(await trial.queue.completed()).toBe(1))
      expect(handler).toHaveBeenCalledTimes(2)
      expect(await trial.queue.listDead()).toEqual([])
      expect(await trial.queue.replay(event.id)).toBe(false)
    }),

    trial('an event of a type that no schema knows reaches onUnknown', async (trial) => {
      const handler = vi.fn()
      await trial.work(handler)
      await trial.deliver({ id: 'msg_unknown', type: 'billing.paid', data: { amount: 1 } })
      await until(async () => expect(await trial.queue.completed()).toBe(1))
      expect(handler.mock.calls[0]?.[0]).toMatchObject({ type: 'billing.paid', unknown: true })
    }),

    trial('an event that nobody listens to is completed', async ({ queue }) => {
      const request = await signedRequest({ event: fixture('chat.message') })
      const options = { secret: testSecret, logger: quiet }
      // A receiver without handlers hands over every event.
      const receiver = createReceiver({ ...options, dispatch: queue.dispatch })
      expect((await receiver.handle(request)).status).toBe(202)
      const worker = await queue.startWorker(createReceiver(options).on('user.created', () => {}))
      await until(async () => expect(await queue.completed()).toBe(1))
      await worker.close()
    }),

    trial('closing a worker waits for the handlers that run', async ({ queue, deliver, store }) => {
      let finish = () => {}
      let ended = false
      const handler = vi.fn(async () => {
        await new Promise<void>((resolve) => {
          finish = resolve
        })
        ended = true
      })
      const worker = await queue.startWorker(withHandler({ store }, handler))
      await deliver()
      await until(() => expect(handler).toHaveBeenCalledOnce())
      const closing = worker.close().then(() => ended)
      finish()
      expect(await closing).toBe(true)
      await until(async () => expect(await queue.completed()).toBe(1))
    }),
  ]
}
