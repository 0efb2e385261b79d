import { createReceiver, PermanentFailure, RetryLater } from '@ainexlayer/webhooks'
import { fixture, testSecret } from '@ainexlayer/webhooks/testing'
import { expect, vi } from 'vitest'
import { quiet } from './adapter-case.ts'
import { type CaseOfQueue, type QueueCase, until } from './queue-trial.ts'

/** What breaks a column, a log or a serialiser that does not expect it. */
const awkward = 'nul\0byte, half \ud800'

const withFields = (error: Error): Error => {
  const circular: Record<string, unknown> = { text: awkward, big: 1n }
  circular['self'] = circular
  return Object.assign(error, { circular, cause: new Error(awkward) })
}

const awkwardThrows: Readonly<Record<string, () => unknown>> = {
  evt_error: () => withFields(new Error(awkward)),
  evt_permanent: () => withFields(new PermanentFailure(awkward)),
  evt_fields: () => withFields(new Error('plain')),
  evt_name: () => Object.assign(new Error('plain'), { name: awkward }),
  evt_text: () => awkward,
  evt_undefined: () => undefined,
  evt_bare: () => Object.create(null),
  evt_long: () => new Error('x'.repeat(3_000_000)),
  evt_stack: () => Object.assign(new Error('plain'), { stack: 1n }),
}

const named = (name: string) => Object.assign(new Error('plain'), { name })

/** Throws when it is read for the fourth time. */
const lateGetter = (): Error => {
  let reads = 0
  const get = () => {
    if (++reads > 3) throw new Error('a getter threw')
    return 'plain'
  }
  return Object.defineProperty(new Error(), 'message', { get })
}

/** What an engine takes for an order of its own when its own code throws it. */
const orders: Readonly<Record<string, () => unknown>> = {
  evt_delayed: () => named('DelayedError'),
  evt_waiting: () => named('WaitingError'),
  evt_children: () => named('WaitingChildrenError'),
  evt_unrecoverable: () => named('UnrecoverableError'),
  evt_rate_limit: () => new Error('bullmq:rateLimitExceeded'),
  evt_rate_limit_text: () => 'bullmq:rateLimitExceeded',
  evt_rate_limit_dead: () => new PermanentFailure('bullmq:rateLimitExceeded'),
  evt_late_getter: lateGetter,
}

/** What becomes of a job whose run fails. */
export const queueFailureCases = (trial: CaseOfQueue): readonly QueueCase[] => {
  return [
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

    trial('RetryLater runs it again', async (trial) => {
      const handler = vi.fn().mockRejectedValueOnce(new RetryLater(1)).mockResolvedValue(undefined)
      await trial.work(handler)
      await trial.deliver()
      await until(async () => expect(await trial.queue.completed()).toBe(1))
      expect(handler).toHaveBeenCalledTimes(2)
    }),

    trial(
      'no error of a handler steers the engine: each is an error like any other',
      async (trial) => {
        const runs = new Map<string, number>()
        await trial.work(({ id }) => {
          runs.set(id, (runs.get(id) ?? 0) + 1)
          throw orders[id]?.()
        })
        const ids = Object.keys(orders)
        for (const id of ids) await trial.deliver({ ...fixture('chat.message'), id })
        await until(async () => expect(await trial.queue.listDead()).toHaveLength(ids.length))
        expect(Object.fromEntries(runs)).toEqual(
          Object.fromEntries(ids.map((id) => [id, id === 'evt_rate_limit_dead' ? 1 : 3])),
        )
      },
    ),

    trial('whatever a handler throws, the worker goes on and a reason is kept', async (trial) => {
      const handled: string[] = []
      await trial.work(({ id }) => {
        const make = awkwardThrows[id]
        if (make !== undefined) throw make()
        handled.push(id)
      })
      const ids = Object.keys(awkwardThrows)
      for (const id of ids) await trial.deliver({ ...fixture('chat.message'), id })
      await until(async () => expect(await trial.queue.listDead()).toHaveLength(ids.length))
      const reasons = new Map((await trial.queue.listDead()).map(({ id, reason }) => [id, reason]))
      const kept = 'nul\ufffdbyte, half \ufffd'
      expect(reasons.get('evt_error')).toBe(kept)
      expect(reasons.get('evt_permanent')).toBe(kept)
      expect(reasons.get('evt_text')).toBe(kept)
      expect(reasons.get('evt_fields')).toBe('plain')
      expect(reasons.get('evt_long')).toMatch(/^x{999}…$/)
      for (const id of ids) expect(reasons.get(id)).toMatch(/./)

      const event = fixture('chat.message')
      await trial.deliver(event)
      await until(async () => expect(await trial.queue.completed()).toBe(1))
      expect(handled).toEqual([event.id])
    }),

    trial('a delay may have any message', async (trial) => {
      const handler = vi.fn().mockRejectedValueOnce(new RetryLater(1, awkward))
      await trial.work(handler)
      await trial.deliver()
      await until(async () => {
        await trial.queue.endDelays()
        expect(await trial.queue.completed()).toBe(1)
      })
      expect(handler).toHaveBeenCalledTimes(2)
    }),

    trial('a worker without a handler leaves the job to a newer one', async (trial) => {
      const event = fixture('chat.message')
      const { queue, store } = trial
      const onUnhandled = vi.fn()
      const options = {
        endpoint: 'default',
        secret: testSecret,
        logger: quiet,
        store,
        hooks: { onUnhandled },
      }
      const older = await trial.workWith(createReceiver(options).on('user.created', () => {}))
      expect(await trial.deliver(event)).toBe(202)
      await until(() => expect(onUnhandled).toHaveBeenCalled())
      await older.close()
      expect(await queue.completed()).toBe(0)
      const handler = vi.fn()
      await trial.work(handler)
      await queue.endDelays()
      // An engine without free delays has used up its retries: a redelivery gives it new ones.
      expect(await trial.deliver(event)).toBe(202)
      await until(async () => expect(await queue.completed()).toBe(1))
      expect(handler).toHaveBeenCalledOnce()
    }),

    trial('a job that no worker has a handler for ends among the dead', async (trial) => {
      const { queue, store } = trial
      const anHourLater = () => Date.now() + 61 * 60_000
      const options = { secret: testSecret, logger: quiet, store, now: anHourLater }
      const older = await trial.workWith(createReceiver(options).on('user.created', () => {}))
      const [first, second] = [fixture('chat.message'), fixture('chat.message')]
      for (const event of [first, second]) expect(await trial.deliver(event)).toBe(202)
      await until(async () =>
        expect(await queue.listDead()).toMatchObject([
          { reason: expect.stringContaining('no handler') },
          { reason: expect.stringContaining('no handler') },
        ]),
      )
      await older.close()
      expect(await queue.completed()).toBe(0)

      const seen: string[] = []
      await trial.work(({ id }) => seen.push(id))
      expect(await queue.replay(first.id)).toBe(true)
      expect(await trial.deliver(second)).toBe(202)
      await until(async () => expect(await queue.completed()).toBe(2))
      expect(seen.sort()).toEqual([first.id, second.id].sort())
    }),
  ]
}
