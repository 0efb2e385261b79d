import type { Receiver } from '@ainexlayer/webhooks'
import type { PostgresParking } from '@ainexlayer/webhooks-postgres'
import type { Place } from './place.ts'

/** Deliveries that a handler gave up inline. A replay runs the handlers here, in this process. */
export const parkedPlace = (parking: PostgresParking, receiver: Pick<Receiver, 'work'>): Place => ({
  name: 'parked',
  list: async (limit) =>
    (await parking.list({ limit })).map(({ key, endpoint, id, type, reason, parkedAt }) => ({
      ...{ place: 'parked', key, endpoint, id, type, reason },
      since: parkedAt,
    })),
  read: async (key) => (await parking.get({ key }))?.job,
  replay: async (key) => (await parking.replay(receiver, { key }))?.outcome ?? 'not there',
})
