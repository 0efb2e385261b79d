import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { inferProfile } from '../../src/diagnose/index.ts'
import { createReceiver } from '../../src/index.ts'
import { fixture } from '../../src/testing/index.ts'

const secret = 'a-secret-of-this-test-with-32-bytes'
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** A request as a sender that signs nothing but the body makes it. */
const captured = (payload: unknown) => {
  const body = JSON.stringify(payload)
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  return { method: 'POST', headers: { 'x-acme-signature': signature }, body }
}

/** What is found in a request, and the ids and types of the events that the receiver with that profile hands to its handlers. */
const found = async (payload: unknown) => {
  const request = captured(payload)
  const { matches } = await inferProfile({ ...request, secret })
  const [match] = matches
  const { profile } = match ?? {}
  if (match === undefined || profile === undefined) throw new Error('nothing was found')
  const events: (readonly [string, string])[] = []
  const receiver = createReceiver({
    secret: { value: secret, encoding: 'utf8' },
    profile,
    logger: quiet,
  }).on('*', ({ id, type }) => void events.push([id, type]))
  const { status } = await receiver.handle(request)
  return { match, events, status }
}

const { type, data: user } = fixture('user.login')

test('an id and a time that stand beside a nested type are the event’s own', async () => {
  const ts = 1_700_000_000
  const { match, events } = await found({ meta: { event: type, id: 'evt-7', ts }, payload: user })
  expect(match.envelope).toEqual({
    type: ['meta', 'event'],
    id: ['meta', 'id'],
    timestamp: ['meta', 'ts'],
    data: 'payload',
  })
  expect(match.missing.join()).not.toContain('hash of the body')
  expect(events).toEqual([['evt-7', type]])
})

test.for([
  ['in a field', (list: unknown) => ({ events: list }), 'events'],
  ['that is the body', (list: unknown) => list, []],
] as const)('a list of events %s is a batch', async ([, make, splitBatch]) => {
  const list = ['evt-1', 'evt-2'].map((id) => ({ id, type, data: user }))
  const { match, events, status } = await found(make(list))
  expect(match.envelope).toMatchObject({ splitBatch })
  expect(status).toBe(200)
  expect(events).toEqual([
    ['evt-1', type],
    ['evt-2', type],
  ])
})

test.for([
  ['flat', { type, ...user }],
  ['with data', { type, data: user }],
] as const)(
  'where no id is signed, it says that equal bodies are one event: %s',
  async ([, payload]) => {
    const { match } = await found(payload)
    expect(match.missing[0]).toContain('a second genuine event with the same bytes')
  },
)

test('where an id is signed, it says nothing of the hash', async () => {
  const { match } = await found({ id: 'evt-1', type, data: user })
  expect(match.missing.join()).not.toContain('hash')
})
