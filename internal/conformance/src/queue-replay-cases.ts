import { PermanentFailure } from '@ainexlayer/webhooks'
import { fixture } from '@ainexlayer/webhooks/testing'
import { expect, vi } from 'vitest'
import { type CaseOfQueue, type QueueCase, until, withHandler } from './queue-trial.ts'

/** What an operator can do with a job that has ended. */
export const queueReplayCases = (trial: CaseOfQueue): readonly QueueCase[] => {
  return [
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

    trial('a handled event runs again only if that is asked for', async (trial) => {
      const { queue } = trial
      const handler = vi.fn()
      await trial.work(handler)
      const event = fixture('chat.message')
      await trial.deliver(event)
      await until(async () => expect(await queue.completed()).toBe(1))
      expect(await queue.replay(event.id)).toBe(false)
      expect(handler).toHaveBeenCalledOnce()
      expect(await queue.replay(event.id, { again: true })).toBe(true)
      await until(async () => {
        expect(handler).toHaveBeenCalledTimes(2)
        expect(await queue.completed()).toBe(1)
      })
      expect(await trial.deliver(event)).toBe(202)
      expect(await queue.replay('no such event', { again: true })).toBe(false)
      expect(handler).toHaveBeenCalledTimes(2)
    }),

    trial('a worker killed after it ran a replay does not run it once more', async (trial) => {
      const { queue, store } = trial
      const handler = vi.fn()
      const receiver = withHandler({ store }, handler)
      let killed = 0
      await trial.workWith({
        ...receiver,
        work: async (data, options) => {
          const outcome = await receiver.work(data, options)
          // The event is recorded as handled; what the engine has is the job as it was stored.
          if (handler.mock.calls.length === 2 && killed++ === 0) throw new Error('killed')
          return outcome
        },
      })
      const event = fixture('chat.message')
      await trial.deliver(event)
      await until(async () => expect(await queue.completed()).toBe(1))
      expect(await queue.replay(event.id, { again: true })).toBe(true)
      await until(async () => {
        expect(killed).toBeGreaterThan(0)
        expect(await queue.completed()).toBe(1)
      })
      expect(handler).toHaveBeenCalledTimes(2)
      expect(await queue.replay(event.id, { again: true })).toBe(true)
      await until(() => expect(handler).toHaveBeenCalledTimes(3))
    }),

    trial('a dead event of any id can be replayed from the list', async (trial) => {
      const { queue } = trial
      const handler = vi.fn().mockRejectedValueOnce(new PermanentFailure('no such account'))
      await trial.work(handler)
      await trial.deliver({ ...fixture('chat.message'), id: 'x'.repeat(256) })
      await until(async () => expect(await queue.listDead()).toHaveLength(1))
      for (const dead of await queue.listDead()) expect(await queue.replay(dead)).toBe(true)
      await until(async () => expect(await queue.completed()).toBe(1))
    }),
  ]
}
