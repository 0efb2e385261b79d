import { describe, expect, test } from 'vitest'
import {
  type AnyEvent,
  createReceiver,
  type EnvelopeNames,
  hmacBody,
  memoryStore,
  type Profile,
  standardWebhooks,
  timestamped,
} from '../../src/index.ts'
import { fixture, fixtures, signedRequest, testSecret } from '../../src/testing/index.ts'
import { wires } from '../wires/gallery.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** A receiver as its user has it in a unit test, and the events that reached its handlers. */
const receiverOf = (profile: Profile) => {
  const seen: AnyEvent[] = []
  const receiver = createReceiver({
    secret: testSecret,
    profile,
    logger: quiet,
    store: memoryStore(),
  })
  receiver.on('*', (event) => seen.push(event))
  return { receiver, seen }
}

const evaluated = (source: string): Profile =>
  new Function('standardWebhooks', 'hmacBody', 'timestamped', `return ${source}`)(
    standardWebhooks,
    hmacBody,
    timestamped,
  )

describe.each(wires)('the profile of $name', ({ profile: source }) => {
  test.for(Object.values(fixtures))('takes $type in a unit test', async (event) => {
    const profile = evaluated(source)
    const { receiver, seen } = receiverOf(profile)
    const result = await receiver.handle(await signedRequest({ event, profile }))
    expect(result).toMatchObject({ outcome: 'processed', status: 200 })
    expect(seen).toMatchObject([{ type: event.type }])
  })
})

const upper = (type: string) => type.toUpperCase().replaceAll('.', '_')

const envelopes: Readonly<Record<string, Partial<EnvelopeNames>>> = {
  'other names': { type: 'event_type', timestamp: 'occurred_at', data: 'payload', id: 'event_id' },
  'names with dots': { type: 'event.type', data: 'event.data' },
  paths: {
    type: ['event', 'kind'],
    timestamp: ['event', 'at'],
    data: ['event', 'body', 'object'],
    id: ['meta', 'id'],
  },
  'the type within the data': { type: ['data', 'kind'], id: ['data', 'delivery'] },
  'flat data': { type: 'event', data: 'rest', id: 'delivery', timestamp: 'at' },
  'flat data with the id in it': { type: 'event', data: 'rest', id: ['id'] },
  'data that is the whole body': { type: 'event', data: [], id: 'delivery' },
  'a field called rest': { data: ['rest'] },
  'a header with the type': { typeHeader: 'X-Event-Type' },
  'a header with the type, and flat data': { typeHeader: 'X-Event-Type', data: 'rest' },
  'a map of types': { typeMap: { MESSAGE: 'chat.message', OTHER: 'user.login' } },
  'types in capitals': { typeOf: (written) => written.toLowerCase().replaceAll('_', '.') },
  'types in one word': {
    typeOf: (written) => (written === 'ChatMessage' ? 'chat.message' : written),
  },
  'snake case': { camelCaseData: true },
  'snake case in flat data': { camelCaseData: true, data: 'rest', type: 'event', id: 'delivery' },
  'a batch in a field': { splitBatch: 'events' },
  'a batch under a path': { splitBatch: ['payload', 'events'] },
  'a batch that is the body': { splitBatch: [] },
  'all at once': {
    typeHeader: 'X-Type',
    typeMap: { [upper('chat.message')]: 'chat.message' },
    timestamp: ['meta', 'at'],
    id: ['meta', 'id'],
    data: ['payload', 'data'],
    camelCaseData: true,
    splitBatch: 'events',
  },
}

const profilesOf = (envelope: Partial<EnvelopeNames>): readonly Profile[] => [
  standardWebhooks({ envelope }),
  hmacBody({ envelope }),
  timestamped({ envelope }),
]

describe.each(Object.entries(envelopes))('an envelope with %s', (_, envelope) => {
  test('arrives as it was given', async () => {
    for (const profile of profilesOf(envelope)) {
      const { receiver, seen } = receiverOf(profile)
      const event = fixture('chat.message')
      const result = await receiver.handle(await signedRequest({ event, profile }))
      expect(result).toMatchObject({ outcome: 'processed', status: 200 })
      // Where the plain `id` of the top level is the event's, flat data has it too.
      const { id: _resource, ...data } = event.data
      expect(seen).toMatchObject([{ type: event.type, data }])
    }
  })
})

test('an id in the body is the event’s where the profile signs none of its own', async () => {
  for (const id of ['id', 'event_id', ['meta', 'id']]) {
    const profile = hmacBody({ envelope: { id } })
    const { receiver, seen } = receiverOf(profile)
    const event = fixture('chat.message')
    await receiver.handle(await signedRequest({ event, profile }))
    expect(seen).toEqual([{ ...event, secretId: 'secret-1' }])
  }
})

test('a header with the type is signed where the profile signs it', async () => {
  const profile = hmacBody({
    signed: '{x-event-type}.{timestamp}.{body}',
    timestampHeader: 'X-Timestamp',
    envelope: { typeHeader: 'X-Event-Type' },
  })
  const { receiver, seen } = receiverOf(profile)
  const event = fixture('user.login')
  const result = await receiver.handle(await signedRequest({ event, profile }))
  expect(result.status).toBe(200)
  expect(seen).toMatchObject([{ type: 'user.login' }])
})

test('a header that the profile signs is signed with the value that is given', async () => {
  const profile = hmacBody({ signed: '{x-tenant}:{body}' })
  const { receiver } = receiverOf(profile)
  const headers = { 'X-Tenant': 'acme' }
  const request = await signedRequest({ event: fixture('user.login'), profile, headers })
  expect((await receiver.handle(request)).status).toBe(200)
  const other = { ...request, headers: { ...request.headers, 'X-Tenant': 'other' } }
  expect((await receiver.handle(other)).status).toBe(401)
})

test('the default envelope is the event as it stands, with every field of it', async () => {
  const event = { ...fixture('chat.message'), attempt: 2 }
  const { body } = await signedRequest({ event })
  expect(JSON.parse(String(body))).toEqual(event)
})

test.each([
  [{ typeOf: () => 'x' }, fixture('chat.message'), /typeOf.*chat\.message/],
  [{ typeMap: { 'chat.message': 'user.login' } }, fixture('chat.message'), /typeMap/],
  [{ data: 'rest' }, { type: 'chat.message', data: [1] }, /data/],
  [{ type: ['data', 'type'] }, { type: 'chat.message', data: 'text' }, /data/],
] as const)(
  'an event that the envelope cannot hold is said to be so',
  async (envelope, event, words) => {
    const profile = hmacBody({ envelope })
    await expect(signedRequest({ event, profile })).rejects.toThrow(words)
  },
)
