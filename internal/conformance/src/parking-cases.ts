import {
  createReceiver,
  hmacBody,
  memoryStore,
  PermanentFailure,
  type SecretSpec,
} from '@ainexlayer/webhooks'
import type { ParkingPlace } from '@ainexlayer/webhooks/queue'
import { fixture, type StoreCase, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { expect, vi } from 'vitest'
import { quiet } from './adapter-case.ts'

/** What every parking place must do, tested through a receiver. */
export const parkingCases = (make: () => Promise<ParkingPlace>): readonly StoreCase[] => [
  {
    name: 'a permanent failure is parked, listed with its reason, and replayed when it can be handled',
    run: async () => {
      const parking = await make()
      const runs: string[] = []
      let broken = true
      const receiver = createReceiver({
        endpoint: 'default',
        secret: testSecret,
        logger: quiet,
        store: memoryStore(),
        park: parking.park,
      }).on('*', ({ id }) => {
        if (broken) throw new PermanentFailure('no such customer')
        runs.push(id)
      })
      const event = fixture('chat.message', { content: 'naïve 😀 “quotes”' })
      const request = await signedRequest({ event })
      expect(await receiver.handle(request)).toMatchObject({ outcome: 'parked', status: 200 })
      expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
      const parked = (await parking.list()).find(({ id }) => id === event.id)
      expect(parked).toMatchObject({
        type: 'chat.message',
        endpoint: 'default',
        reason: 'no such customer',
      })
      expect(Math.abs((parked?.parkedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)

      // Looking at it runs nothing, and leaves it where it is.
      const read = await parking.get(event.id, { endpoint: 'default' })
      expect(read).toMatchObject({ ...parked, job: { id: event.id, secretId: 'secret-1' } })
      expect(new TextDecoder().decode(read?.job.rawBody)).toBe(request.body)
      if (parked !== undefined) expect(await parking.get(parked)).toEqual(read)
      await expect(parking.get(event.id)).rejects.toMatchObject({ code: 'endpoint_missing' })
      expect(await parking.get('no such event', { endpoint: 'default' })).toBeUndefined()

      // Still broken, so it stays parked.
      expect(await parking.replay(receiver, event.id, { endpoint: 'default' })).toMatchObject({
        outcome: 'parked',
      })
      expect((await parking.list()).filter(({ id }) => id === event.id)).toHaveLength(1)
      broken = false
      expect(await parking.replay(receiver, event.id, { endpoint: 'default' })).toMatchObject({
        outcome: 'processed',
      })
      expect(runs).toEqual([event.id])
      expect((await parking.list()).filter(({ id }) => id === event.id)).toEqual([])
      expect(await parking.replay(receiver, event.id, { endpoint: 'default' })).toBeUndefined()
      expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
    },
  },
  {
    name: 'what is parked of one tenant is never that of another, whatever the ids',
    run: async () => {
      const parking = await make()
      const secrets: readonly (SecretSpec & { scope: string })[] = [
        { value: testSecret, scope: 'acme' },
        { value: `whsec_${'b'.repeat(42)}A=`, scope: 'beta' },
      ]
      let broken = true
      const runs: unknown[] = []
      const receiver = createReceiver({
        endpoint: 'default',
        secret: secrets,
        logger: quiet,
        store: memoryStore(),
        park: parking.park,
      }).on('*', (_, { scope }) => {
        if (broken) throw new PermanentFailure(`not of ${scope}`)
        runs.push(scope)
      })
      const event = fixture('chat.message')
      for (const secret of secrets) {
        const request = await signedRequest({ event, secret })
        expect(await receiver.handle(request)).toMatchObject({ outcome: 'parked' })
      }
      const mine = async () => (await parking.list()).filter(({ id }) => id === event.id)
      const reasons = (await mine()).map(({ scope, reason }) => [scope, reason])
      expect(reasons.sort()).toEqual([
        ['acme', 'not of acme'],
        ['beta', 'not of beta'],
      ])
      broken = false
      expect(await parking.replay(receiver, event.id, { endpoint: 'default' })).toBeUndefined()
      expect(await parking.get(event.id, { endpoint: 'default' })).toBeUndefined()
      expect(await parking.get(event.id, { endpoint: 'default', scope: 'beta' })).toMatchObject({
        reason: 'not of beta',
        job: { scope: 'beta' },
      })
      expect(
        await parking.replay(receiver, event.id, { endpoint: 'default', scope: 'acme' }),
      ).toMatchObject({
        outcome: 'processed',
      })
      const [left, ...more] = await mine()
      expect(left).toMatchObject({ scope: 'beta' })
      expect(more).toEqual([])
      if (left !== undefined) await parking.replay(receiver, left)
      expect(runs).toEqual(['acme', 'beta'])
      expect(await mine()).toEqual([])
    },
  },
  {
    name: 'ids and reasons of any form and length are kept, and replayed from the list',
    run: async () => {
      const parking = await make()
      let broken = true
      const runs: string[] = []
      const profile = hmacBody()
      const receiver = createReceiver({
        endpoint: 'default',
        secret: testSecret,
        profile,
        logger: quiet,
        store: memoryStore(),
        park: parking.park,
      }).on('*', ({ id }) => {
        if (broken) throw new PermanentFailure(`nul\0byte, half \ud800, ${'x'.repeat(100_000)}`)
        runs.push(id)
      })
      const awkward = ['nul\0byte', 'nul\ufffdbyte', 'half \ud800', '🚀', 'x'.repeat(100_000)]
      // No other case has these ids, and those of an earlier run are gone.
      const ids = awkward.map((id) => `${id} ${crypto.randomUUID()}`)
      for (const id of ids) {
        const body = JSON.stringify({ ...fixture('chat.message'), id })
        const request = await signedRequest({ body, profile })
        expect(await receiver.handle(request)).toMatchObject({ outcome: 'parked' })
      }
      // Other cases may park at the same time.
      const parked = (await parking.list({ limit: 100 }))
        .filter(({ reason }) => reason.startsWith('nul'))
        .slice(0, ids.length)
      expect(parked).toHaveLength(ids.length)
      for (const { id, reason } of parked) {
        expect(reason).toMatch(/^nul\ufffdbyte, half \ufffd, x+…$/)
        expect(reason.length).toBeLessThanOrEqual(1000)
        expect(id.length).toBeLessThanOrEqual(256)
      }
      broken = false
      for (const one of parked) {
        expect(await parking.replay(receiver, one)).toMatchObject({ outcome: 'processed' })
      }
      expect(runs.sort()).toEqual(ids.sort())
    },
  },
  {
    name: 'the data of an event that does not fit its schema is parked, but is no part of the reason',
    run: async () => {
      const parking = await make()
      const receiver = createReceiver({
        endpoint: 'default',
        secret: testSecret,
        logger: quiet,
        park: parking.park,
      })
      const id = `msg_${crypto.randomUUID()}`
      const data = { content: 42, email: 'alice@example.com' }
      const request = await signedRequest({ event: { id, type: 'chat.message', data } })
      expect(await receiver.handle(request)).toMatchObject({ outcome: 'parked' })
      const [parked] = (await parking.list()).filter((one) => one.id === id)
      expect(parked?.reason).toContain('data.content: ')
      expect(parked?.reason).not.toContain('alice')

      const mended = vi.fn()
      const receiverNow = createReceiver({ secret: testSecret, logger: quiet }).onInvalid(mended)
      expect(await parking.replay(receiverNow, id, { endpoint: 'default' })).toMatchObject({
        outcome: 'processed',
      })
      expect(mended.mock.calls[0]?.[0]).toMatchObject({ data })
    },
  },
  {
    name: 'a receiver without a handler for it leaves what is parked where it is',
    run: async () => {
      const parking = await make()
      const options = {
        endpoint: 'default',
        secret: testSecret,
        logger: quiet,
        store: memoryStore(),
      }
      const receiver = createReceiver({ ...options, park: parking.park }).on('*', () => {
        throw new PermanentFailure('no such customer')
      })
      const event = fixture('chat.message')
      await receiver.handle(await signedRequest({ event }))
      const other = createReceiver(options).on('user.created', () => {})
      expect(await parking.replay(other, event.id, { endpoint: 'default' })).toMatchObject({
        outcome: 'unhandled',
      })
      expect((await parking.list()).filter(({ id }) => id === event.id)).toHaveLength(1)
    },
  },
  {
    name: 'a store that cannot forget, or does not now, leaves what is parked where it is',
    run: async () => {
      const parking = await make()
      const store = memoryStore()
      const handler = vi.fn().mockRejectedValueOnce(new PermanentFailure('no such customer'))
      const options = { endpoint: 'default', secret: testSecret, logger: quiet, park: parking.park }
      const event = fixture('chat.message')
      const first = createReceiver({ ...options, store }).on('*', handler)
      await first.handle(await signedRequest({ event }))
      const { forget: _, ...unforgetful } = store
      const stores = [
        [unforgetful, { outcome: 'failed', code: 'misconfigured', reason: 'store_cannot_forget' }],
        [{ ...store, forget: async () => false }, { outcome: 'duplicate' }],
        [
          { ...store, forget: () => new Promise<boolean>(() => {}) },
          { outcome: 'retry_later', code: 'store_unavailable' },
        ],
      ] as const
      for (const [unable, expected] of stores) {
        const receiver = createReceiver({ ...options, store: unable, storeTimeoutMs: 20 })
        receiver.on('*', handler)
        expect(await parking.replay(receiver, event.id, { endpoint: 'default' })).toMatchObject(
          expected,
        )
        expect((await parking.list()).filter(({ id }) => id === event.id)).toHaveLength(1)
      }
      expect(handler).toHaveBeenCalledOnce()
      expect(await parking.replay(first, event.id, { endpoint: 'default' })).toMatchObject({
        outcome: 'processed',
      })
      expect(handler).toHaveBeenCalledTimes(2)
    },
  },
]
