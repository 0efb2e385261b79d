import { createReceiver, memoryStore, PermanentFailure } from '@ainexlayer/webhooks'
import type { ParkingPlace } from '@ainexlayer/webhooks/queue'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { expect } from 'vitest'
import { quiet } from './adapter-case.ts'
import type { TransactionalCase } from './transactional-cases.ts'

/** What every parking place must do, tested through a receiver. */
export const parkingCases = (make: () => Promise<ParkingPlace>): readonly TransactionalCase[] => [
  {
    name: 'a permanent failure is parked, listed with its reason, and replayed when it can be handled',
    run: async () => {
      const parking = await make()
      const runs: string[] = []
      let broken = true
      const receiver = createReceiver({
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

      // Still broken, so it stays parked.
      expect(await parking.replay(receiver, event.id)).toMatchObject({ outcome: 'parked' })
      expect((await parking.list()).filter(({ id }) => id === event.id)).toHaveLength(1)
      broken = false
      expect(await parking.replay(receiver, event.id)).toMatchObject({ outcome: 'processed' })
      expect(runs).toEqual([event.id])
      expect((await parking.list()).filter(({ id }) => id === event.id)).toEqual([])
      expect(await parking.replay(receiver, event.id)).toBeUndefined()
      expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
    },
  },
]
