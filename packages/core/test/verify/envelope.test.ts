import { describe, expect, test } from 'vitest'
import {
  createReceiver,
  type EnvelopeNames,
  hmacBody,
  isWebhookError,
  safeVerify,
  sign,
  type VerifyResult,
} from '../../src/index.ts'
import { fromJob, toJob } from '../../src/queue/index.ts'
import { fixture, fixtures } from '../../src/testing/index.ts'

const secret = 'a secret of more than twenty-four bytes'
const data = { workspaceId: 'workspace-1', id: 'message-1', conversationId: 'c-1' }

const read = async (
  payload: object | string,
  envelope: Partial<EnvelopeNames>,
  headers: Record<string, string> = {},
): Promise<VerifyResult> => {
  const profile = hmacBody({ envelope })
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const signed = await sign({ id: 'unused', signedAt: 0, body, secret, profile })
  return safeVerify({ headers: { ...signed, ...headers }, body, secret, profile })
}

describe('where the fields stand', () => {
  test('a path leads into the object, a name with dots is one field', async () => {
    const byPath = await read(
      { event: { type: 'x.y', at: '2026-01-15T10:30:00Z', 'a.b': 7 }, d: { e: data } },
      {
        type: ['event', 'type'],
        timestamp: ['event', 'at'],
        data: ['d', 'e'],
        id: ['event', 'a.b'],
      },
    )
    expect(byPath.event).toMatchObject({
      type: 'x.y',
      timestamp: '2026-01-15T10:30:00Z',
      data,
      id: '7',
    })
    const byName = await read({ 'event.type': 'x.y', data }, { type: 'event.type' })
    expect(byName.event).toMatchObject({ type: 'x.y', data })
  })

  test('a path never leads into a prototype', async () => {
    const result = await read({ a: {} }, { type: ['a', 'constructor', 'name'] })
    expect(result).toMatchObject({ code: 'invalid_payload', reason: 'no_envelope' })
  })

  test('a flat payload is all that stands beside type and timestamp', async () => {
    const flat = { event: 'x.y', timestamp: 1_768_473_000, ...data }
    const { event } = await read(flat, { type: 'event', data: 'rest' })
    expect(event).toMatchObject({ type: 'x.y', timestamp: '2026-01-15T10:30:00.000Z' })
    expect(event?.data).toEqual(data)
  })

  test('the id of the resource in a flat payload is not taken for the event’s', async () => {
    const ids = await Promise.all(
      ['x.created', 'x.deleted'].map((type) => read({ type, id: 'r-1' }, { data: 'rest' })),
    )
    expect(ids[0]?.event?.id).not.toBe(ids[1]?.event?.id)
    const named = await read(
      { type: 'x.y', event_id: 'e-1', id: 'r-1' },
      { data: 'rest', id: 'event_id' },
    )
    expect(named.event).toMatchObject({ id: 'e-1', data: { id: 'r-1' } })
  })

  test('all 19 fixtures arrive flat as they arrive in an envelope', async () => {
    for (const { id, type, timestamp, data: fields } of Object.values(fixtures)) {
      const flat = { eventId: id, eventType: type, occurredAt: timestamp, ...fields }
      const envelope = { type: 'eventType', timestamp: 'occurredAt', id: 'eventId', data: 'rest' }
      const result = await read(flat, envelope)
      expect(result).toMatchObject({ ok: true, event: { id, type, timestamp } })
      expect(result.event?.data).toEqual(fields)
    }
  })
})

describe('times and ids as senders write them', () => {
  test.each<[unknown, string]>([
    [1_768_473_000, '2026-01-15T10:30:00.000Z'],
    [1_768_473_000.5, '2026-01-15T10:30:00.500Z'],
    [1_768_473_000_123, '2026-01-15T10:30:00.123Z'],
    ['1768473000', '2026-01-15T10:30:00.000Z'],
    ['1768473000123', '2026-01-15T10:30:00.123Z'],
    ['2026-01-15T10:30:00+01:00', '2026-01-15T10:30:00+01:00'],
  ])('%s is a time', async (written, timestamp) => {
    const { event } = await read({ type: 'x.y', timestamp: written, data }, {})
    expect(event?.timestamp).toBe(timestamp)
  })

  test.each([0, 5, -1_768_473_000, 1e15, '', 'soon', '12345', null, true, {}])(
    '%s is none',
    async (written) => {
      const result = await read({ type: 'x.y', timestamp: written, data }, {})
      expect(result).toMatchObject({ code: 'invalid_payload', issues: [{ path: 'timestamp' }] })
    },
  )

  test('a whole number is an id; one that JavaScript cannot hold exactly is not', async () => {
    const idOf = async (json: string) =>
      (await read(`{"type":"x.y","id":${json},"data":{}}`, {})).event?.id
    expect(await idOf('42')).toBe('42')
    // Parsed, both are the same number.
    const [a, b] = ['9007199254740993', '9007199254740992']
    expect(await idOf(a)).not.toBe(await idOf(b))
    expect(await idOf('1.5')).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('the type', () => {
  const envelope = { typeHeader: 'X-AINexLayer-Event' }
  const message = fixture('chat.message')

  test('may stand in a header only, where the profile says so', async () => {
    const headers = { 'x-ainexlayer-event': 'chat.message' }
    expect((await read({ data: message.data }, envelope, headers)).event).toMatchObject({
      type: 'chat.message',
      data: message.data,
    })
    expect((await read({ data: message.data }, {}, headers)).code).toBe('invalid_payload')
  })

  test('from a header still has to fit the data, and is never part of the id', async () => {
    const body = { data: { name: 5 } }
    const as = (type: string) => read(body, envelope, { 'x-ainexlayer-event': type })
    expect((await as('workspace.created')).code).toBe('invalid_payload')
    const [a, b] = [await as('x.y'), await as('x.z')]
    expect(a.event?.id).toBe(b.event?.id)
  })

  test.each(['', 'a b', 'a,b', 'é', 'x'.repeat(129)])(
    'from a header is refused when it is no name: "%s"',
    async (type) => {
      const result = await read({ data: {} }, envelope, { 'x-ainexlayer-event': type })
      expect(result).toMatchObject({ code: 'invalid_payload' })
    },
  )

  test('from a header survives a queue', async () => {
    const jobs: unknown[] = []
    const profile = hmacBody({ envelope: { typeHeader: 'X-Acme-Event' } })
    const receiver = createReceiver({
      endpoint: 'default',
      secret,
      profile,
      dispatch: async (delivery) => jobs.push(toJob(delivery)),
    })
    const seen: string[] = []
    receiver.on('chat.message', ({ type }) => {
      seen.push(type)
    })
    const body = JSON.stringify({ data: message.data })
    const signed = await sign({ id: 'x', signedAt: 0, body, secret, profile })
    const headers = { ...signed, 'x-acme-event': 'chat.message' }
    expect((await receiver.handle({ method: 'POST', headers, body })).status).toBe(202)
    expect(fromJob(jobs[0]).headers['x-acme-event']).toBe('chat.message')
    expect((await receiver.work(jobs[0])).outcome).toBe('processed')
    expect(seen).toEqual(['chat.message'])
  })

  test('in another spelling is mapped', async () => {
    const spelled = (type: string, more: Partial<EnvelopeNames>) =>
      read({ type, data: message.data }, more)
    const typeMap = { CHAT_MESSAGE: 'chat.message' }
    expect((await spelled('CHAT_MESSAGE', { typeMap })).event?.type).toBe('chat.message')
    expect((await spelled('toString', { typeMap })).event?.type).toBe('toString')
    const typeOf = (written: string) => written.toLowerCase().replaceAll('_', '.')
    expect((await spelled('CHAT_MESSAGE', { typeOf })).event?.type).toBe('chat.message')
  })
})

describe('camelCaseData', () => {
  const snake = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(snake)
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        snake(field),
      ]),
    )
  }

  test('gives all 19 fixtures in either spelling the same data', async () => {
    for (const { id, type, timestamp, data: fields } of Object.values(fixtures)) {
      for (const written of [fields, snake(fields)]) {
        const result = await read({ id, type, timestamp, data: written }, { camelCaseData: true })
        expect(result).toMatchObject({ ok: true, event: { id, type, timestamp } })
        expect(result.event?.data).toEqual(fields)
      }
    }
  })

  test('leaves values, other marks and depths beyond reason alone', async () => {
    const { event } = await read(
      '{"type":"x.y","data":{"a_b":"c_d","_x":1,"y_":2,"a__b":3,"user_id":4,"userId":5,"list":[{"in_list":[[{"deep_er":1}]]}],"__proto__":{"x":1}}}',
      { camelCaseData: true },
    )
    expect(event?.data).toEqual({
      aB: 'c_d',
      _x: 1,
      y_: 2,
      userId: 5,
      list: [{ inList: [[{ deepEr: 1 }]] }],
    })
    const deep = await read(
      `{"type":"x.y","data":${'{"a_b":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
      { camelCaseData: true },
    )
    expect(deep.ok).toBe(true)
  })
})

test.each<[string, object]>([
  ['`envelope.type` is neither a name nor a path', { type: 5 }],
  ['`envelope.id` is neither a name nor a path', { id: ['a', 5] }],
  ['is not the name of a header', { typeHeader: 'X Event' }],
  ['are both given', { typeMap: {}, typeOf: (written: string) => written }],
  ['has a value that is no text', { typeMap: { A: 5 } }],
  ['is not a function', { typeOf: 'x' }],
  ['neither true nor false', { camelCaseData: 'yes' }],
])('a receiver is not made where %s', (words, envelope) => {
  try {
    createReceiver({ secret, profile: hmacBody({ envelope }) })
    expect.unreachable()
  } catch (error) {
    expect(isWebhookError(error) && `${error.code} ${error.message}`).toContain(words)
    expect(isWebhookError(error) && error.code).toBe('option_invalid')
  }
})
