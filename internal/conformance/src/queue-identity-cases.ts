import { hmacBody, PermanentFailure, type SecretSpec } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { expect, vi } from 'vitest'
import { quiet } from './adapter-case.ts'
import { type CaseOfQueue, type QueueCase, until, withHandler } from './queue-trial.ts'

const acme: SecretSpec = { value: testSecret, scope: 'acme' }
const beta: SecretSpec = { value: `whsec_${'b'.repeat(42)}A=`, scope: 'beta' }

/** Which deliveries a queue takes for the same event: one id of one tenant, and the same bytes. */
export const queueIdentityCases = (trial: CaseOfQueue): readonly QueueCase[] => {
  return [
    trial(
      'an id of any form that the profile allows is one job, and reaches the handler',
      async (trial) => {
        const ids = ['evt:1', '123', '0', 'x'.repeat(190), 'a:b:c', '{"$ne":1}']
        const event = fixture('chat.message')
        for (const id of [...ids, ...ids]) {
          expect(await trial.deliver({ ...event, id })).toBe(202)
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
        const ids = [
          'é',
          '日本語',
          '🚀',
          'nul\0byte',
          'nul\ufffdbyte',
          'half \ud800',
          'half \ufffd',
          'x'.repeat(3000),
        ]
        const event = fixture('chat.message')
        for (const id of [...ids, ...ids]) {
          expect(await trial.deliver({ ...event, id })).toBe(202)
        }
        expect(await trial.queue.jobs()).toBe(ids.length)
        const seen: string[] = []
        await trial.work(({ id }) => seen.push(id))
        await until(() => expect(seen.sort()).toEqual(ids.sort()))
      },
      { profile: hmacBody() },
    ),

    trial('a body that differs from the one of the job is refused, at any time', async (trial) => {
      const event = fixture('chat.message')
      const other = { ...event, data: { ...event.data, content: 'other bytes' } }
      expect(await trial.deliver(event)).toBe(202)
      const refused = { status: 422, outcome: 'rejected', code: 'id_reused' }
      expect(await trial.send(other)).toMatchObject(refused)
      expect(await trial.queue.jobs()).toBe(1)

      let failing = true
      const handler = vi.fn(() => {
        if (failing) throw new Error('no luck')
      })
      await trial.work(handler)
      await until(async () => expect(await trial.queue.listDead()).toHaveLength(1))
      expect(await trial.send(other)).toMatchObject(refused)
      expect(await trial.queue.listDead()).toHaveLength(1)

      failing = false
      handler.mockClear()
      expect(await trial.deliver(event)).toBe(202)
      await until(async () => expect(await trial.queue.completed()).toBe(1))
      expect(await trial.send(other)).toMatchObject(refused)
      expect(await trial.deliver(event)).toBe(202)
      expect(handler).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ data: event.data }),
        expect.anything(),
      )
    }),

    trial(
      'of two bodies under one id at once, one is taken and the other refused',
      async (trial) => {
        const event = fixture('chat.message')
        const bodies = ['first', 'second'].map((content) => ({
          ...event,
          data: { ...event.data, content },
        }))
        const sent = await Promise.all(
          Array.from({ length: 40 }, async (_, index) => {
            const body = bodies[index % 2]
            return { content: body?.data.content, status: await trial.deliver(body) }
          }),
        )
        expect(await trial.queue.jobs()).toBe(1)
        const taken = new Set(sent.filter(({ status }) => status === 202).map((one) => one.content))
        const refused = new Set(
          sent.filter(({ status }) => status === 422).map((one) => one.content),
        )
        expect([taken.size, refused.size]).toEqual([1, 1])
        expect([...taken, ...refused].sort()).toEqual(['first', 'second'])
      },
    ),

    trial('an id of two tenants is two events', async ({ queue, workWith, store }) => {
      const options = { endpoint: 'default', secret: [acme, beta], store }
      const receiver = withHandler({ ...options, dispatch: queue.dispatch }, () => {})
      const event = fixture('chat.message')
      for (const secret of [acme, beta]) {
        const request = await signedRequest({ event, secret })
        expect(await receiver.handle(request)).toMatchObject({ status: 202 })
      }
      expect(await queue.jobs()).toBe(2)

      const seen: unknown[] = []
      let failing = true
      await workWith(
        withHandler(options, (_, { scope }) => {
          seen.push(scope)
          if (failing) throw new PermanentFailure('no such account')
        }),
      )
      await until(async () => expect(await queue.listDead()).toHaveLength(2))
      expect(seen.sort()).toEqual(['acme', 'beta'])
      failing = false
      expect(await queue.replay(event.id)).toBe(false)
      expect(await queue.replay(event.id, { scope: 'acme' })).toBe(true)
      await until(async () => expect(await queue.completed()).toBe(1))
      const [dead] = await queue.listDead()
      expect(dead).toMatchObject({ id: event.id, scope: 'beta' })
      if (dead !== undefined) expect(await queue.replay(dead)).toBe(true)
      await until(async () => expect(await queue.completed()).toBe(2))
      expect(seen.slice(2)).toEqual(['acme', 'beta'])
    }),

    trial(
      'headers with credentials are in no job, and a handler gets those that are named',
      async ({ queue, work }) => {
        const credentials = {
          authorization: 'Bearer hunter2',
          cookie: 'session=hunter2',
          'x-api-key': 'hunter2',
          'x-forwarded-access-token': 'hunter2',
        }
        const options = { dispatch: queue.dispatch, keepHeaders: ['X-Region'] }
        const receiver = withHandler({ secret: testSecret, logger: quiet, ...options }, () => {})
        const request = await signedRequest({
          event: fixture('chat.message'),
          headers: { ...credentials, 'x-region': 'eu' },
        })
        expect(await receiver.handle(request)).toMatchObject({ status: 202 })
        const seen: Headers[] = []
        await work((_, { headers }) => seen.push(headers))
        await until(() => expect(seen).toHaveLength(1))
        expect(seen[0]?.get('x-region')).toBe('eu')
        expect(seen[0]?.get('content-type')).toBe('application/json')
        for (const name of Object.keys(credentials)) expect(seen[0]?.has(name)).toBe(false)
      },
    ),
  ]
}
