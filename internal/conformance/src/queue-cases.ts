import type { HandlerContext } from '@ainexlayer/webhooks'
import { fixture, signedRequest } from '@ainexlayer/webhooks/testing'
import { expect, vi } from 'vitest'
import { queueFailureCases } from './queue-failure-cases.ts'
import { queueIdentityCases } from './queue-identity-cases.ts'
import { queueReplayCases } from './queue-replay-cases.ts'
import {
  type AnyHandler,
  type QueueCase,
  type QueueOnTrial,
  queueCase,
  until,
  withHandler,
} from './queue-trial.ts'

/** What every queue must do, tested through receivers. */
export const queueCases = (make: () => Promise<QueueOnTrial>): readonly QueueCase[] => {
  const trial = queueCase(make)
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

    trial('an event of a type that no schema knows reaches onUnknown', async (trial) => {
      const handler = vi.fn()
      await trial.work(handler)
      await trial.deliver({ id: 'msg_unknown', type: 'billing.paid', data: { amount: 1 } })
      await until(async () => expect(await trial.queue.completed()).toBe(1))
      expect(handler.mock.calls[0]?.[0]).toMatchObject({ type: 'billing.paid', unknown: true })
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

    ...queueIdentityCases(trial),
    ...queueFailureCases(trial),
    ...queueReplayCases(trial),
  ]
}
