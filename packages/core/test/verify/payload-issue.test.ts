import { inspect } from 'node:util'
import { createReceiver } from '@ainexlayer/webhooks'
import type { StandardSchema } from '@ainexlayer/webhooks/events'
import { signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { expect, test, vi } from 'vitest'
import * as z from 'zod'

const value = 'jane@example.com'
const timestamp = '2026-01-01T00:00:00Z'

/** What reaches the hook and the log when the event's data does not fit. */
const judged = async (schema: StandardSchema, data: unknown) => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const onRejected = vi.fn()
  const events = { 'a.b': schema }
  const receiver = createReceiver({ secret: testSecret, events, logger, hooks: { onRejected } })
  const event = { id: 'msg_1', type: 'a.b', timestamp, data }
  await receiver.on('a.b', () => {}).handle(await signedRequest({ event }))
  const { issues } = onRejected.mock.calls[0]?.[0] ?? {}
  return { issues, log: JSON.stringify([logger.info.mock.calls, logger.warn.mock.calls]) }
}

/** The issues of a library that quotes the value in them. */
const quoting = (...issues: readonly object[]): StandardSchema => ({
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: () => ({
      issues: issues.map((issue) => ({ message: `received "${value}"`, ...issue })),
    }),
  },
})

test.each([
  ['zod: an unknown key', z.strictObject({}), { [value]: 1 }, 'data', 'unrecognized_keys'],
  [
    'zod: a rule whose message quotes it',
    z.object({ mail: z.string().refine(() => false, { error: ({ input }) => `not ${input}` }) }),
    { mail: value },
    'data.mail',
    'does not fit `custom`, is string',
  ],
  [
    'zod: the key of a map',
    z.record(z.string(), z.number()),
    { [value]: 'x' },
    'data.*',
    'expected number, is string',
  ],
  [
    'as valibot has it',
    quoting({ path: [{ key: 'age' }], kind: 'schema', type: 'number', expected: 'number' }),
    { age: value },
    'data.age',
    'expected number, is string',
  ],
  [
    'as valibot has it, of a rule',
    quoting({ path: [{ key: 'mail' }], type: 'email', expected: null }),
    { mail: value },
    'data.mail',
    'does not fit `email`, is string',
  ],
  [
    'an expectation that quotes it',
    quoting({ path: ['mail'], expected: `not ${value}` }),
    { mail: value },
    'data.mail',
    'does not fit, is string',
  ],
  [
    'a rule whose name is the value',
    quoting({ path: ['mail'], expected: 'different from jane', code: 'jane', format: 'jane' }),
    { mail: 'jane' },
    'data.mail',
    'does not fit, is string',
  ],
  [
    'the key of a map that is a number of somebody',
    z.record(z.string(), z.number()),
    { 'jane-4111111111111111': 'x' },
    'data.*',
    'expected number, is string',
  ],
  [
    'the key of a map that is a number in groups',
    z.record(z.string(), z.number()),
    { 'jane-555-123-456': 'x' },
    'data.*',
    'expected number, is string',
  ],
])(
  'a schema that quotes what arrived reaches neither the log nor a hook with it: %s',
  async (_, schema, data, path, message) => {
    const { issues, log } = await judged(schema, data)
    expect(issues).toEqual([{ path, message: expect.stringContaining(message) }])
    expect(log).toContain('invalid_payload')
    expect(log + JSON.stringify(issues)).not.toContain('jane')
  },
)

test('a missing field, null and a list are told apart', async () => {
  const schema = z.object({ a: z.string(), b: z.string(), c: z.string() })
  const { issues } = await judged(schema, { b: null, c: [value] })
  expect(issues).toEqual([
    { path: 'data.a', message: 'expected string, is missing' },
    { path: 'data.b', message: 'expected string, is null' },
    { path: 'data.c', message: 'expected string, is array' },
  ])
})

test('the place in a list is told, and a number that is no place in one is not', async () => {
  const list = z.array(z.number())
  const many = [...Array.from({ length: 12_345 }, () => 1), 'x']
  expect((await judged(list, many)).issues[0].path).toBe('data.12345')
  const phones = z.preprocess(() => new Map([[4915112345, 1]]), z.map(z.number(), z.string()))
  const { issues, log } = await judged(phones, { phone: 4915112345 })
  expect(issues[0].path).toBe('data.*')
  expect(log).not.toContain('4915112345')
})

test('a path that is a list of the library is told step by step', async () => {
  class Path extends Array<string> {}
  const at = async (path: Path) =>
    (await judged(quoting({ path, expected: 'a string' }), { age: 5 })).issues
  expect(await at(new Path())).toEqual([{ path: 'data', message: 'expected a string, is object' }])
  expect(await at(Path.from(['age']))).toEqual([
    { path: 'data.age', message: 'expected a string, is number' },
  ])
  expect((await at(Path.from({ length: 1000 }, () => 'a')))[0].path.length).toBeLessThan(100)
})

test.each([
  ['throws', () => Promise.reject(new Error('no table'))],
  [
    'throws at once',
    () => {
      throw new Error('no table')
    },
  ],
  ['answers with true', () => true],
  ['answers with an empty object', () => ({})],
  ['answers with nothing', async () => undefined],
  ['answers with issues in a text', () => ({ issues: 'x' })],
])('a schema that %s is named, and lets nothing through', async (_, validate) => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  // What plain JavaScript lets pass.
  const schema = {
    '~standard': { version: 1, vendor: 'test', validate },
  } as unknown as StandardSchema
  const handler = vi.fn()
  const receiver = createReceiver({ secret: testSecret, events: { 'a.b': schema }, logger })
  const event = { id: 'msg_1', type: 'a.b', timestamp, data: {} }
  const answer = await receiver.on('a.b', handler).handle(await signedRequest({ event }))
  expect(answer).toMatchObject({ status: 500, body: '{"error":"misconfigured"}' })
  expect(handler).not.toHaveBeenCalled()
  expect(JSON.stringify(logger.error.mock.calls)).toContain('The schema of `a.b`')
})

test.each([
  ['JSON.parse', z.string().transform((text) => JSON.parse(text))],
  ['BigInt', z.string().transform((text) => BigInt(text))],
  [
    'an error of its user',
    z.string().refine((text) => {
      throw Object.assign(new Error(`no user\n    ${text}`), { code: 'ENOENT' })
    }),
  ],
  [
    'no error',
    z.string().transform((text) => {
      throw text
    }),
  ],
])('a schema that throws what quotes the value is told without it: %s', async (what, schema) => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const receiver = createReceiver({ secret: testSecret, events: { 'a.b': schema }, logger })
  const event = { id: 'msg_1', type: 'a.b', timestamp, data: value }
  await receiver.on('a.b', () => {}).handle(await signedRequest({ event }))
  const log = inspect(logger.error.mock.calls, { depth: 9 })
  expect(log).toContain('The schema of `a.b` threw')
  expect(log).not.toContain('jane')
  // Where it was thrown is what its user needs.
  if (what !== 'no error') expect(log).toContain('payload-issue.test.ts')
})

test('issues that are a list of the library become a plain one', async () => {
  class Issues extends Array<object> {
    toJSON() {
      throw new Error('not of these')
    }
  }
  const issues = Issues.from([{ message: 'no', path: ['age'], expected: 'number' }])
  const schema: StandardSchema = {
    '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: issues as never }) },
  }
  const judgement = await judged(schema, { age: 'x' })
  expect(JSON.stringify(judgement.issues)).toContain('expected number, is string')
})

test('of a list with many wrong items the log and the hooks get a few', async () => {
  const data = { items: Array.from({ length: 5000 }, () => 1) }
  const { issues, log } = await judged(z.object({ items: z.array(z.string()) }), data)
  expect(issues).toHaveLength(20)
  expect(log.length).toBeLessThan(4000)
})
