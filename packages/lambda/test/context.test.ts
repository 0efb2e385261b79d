import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { expect, test } from 'vitest'
import { type LambdaContext, webhookHandler } from '../src/index.ts'
import { httpApiV2Event } from './events.ts'

const event = async () => {
  const { method, headers, body } = await signedRequest({ event: fixture('chat.message') })
  return httpApiV2Event({
    method,
    path: '/webhooks',
    headers: Object.entries(headers),
    body: Buffer.from(body),
    sourceIp: '198.51.100.9',
  })
}

const leaving = (ms: number): LambdaContext => ({ getRemainingTimeInMillis: () => ms })

/** A function whose handler never ends; the note of its outcome says what cut it off. */
const endless = (deadlineMs = 300) => {
  const notes: (string | undefined)[] = []
  const receiver = createReceiver({
    secret: testSecret,
    logger: quiet,
    deadlineMs,
    hooks: {
      onOutcome: (outcome) => {
        notes.push('note' in outcome ? outcome.note : undefined)
      },
    },
  }).on('*', () => new Promise(() => {}))
  return { handler: webhookHandler(receiver), notes }
}

test('a function that Lambda stops sooner than the deadline answers before that', async () => {
  const { handler, notes } = endless()
  expect(await handler(await event(), leaving(200))).toMatchObject({
    statusCode: 503,
    body: '{"error":"deadline_exceeded"}',
  })
  expect(notes[0]).toMatch(/^After 100 ms \(the time that the runtime leaves\)/)
})

test('half a second of the function’s time is kept for the answer', async () => {
  const { handler, notes } = endless(5000)
  await handler(await event(), leaving(1100))
  expect(notes[0]).toMatch(/^After 600 ms/)
})

test.each([
  ['a context that leaves more time than the deadline', leaving(900_000)],
  ['no context', undefined],
  ['an empty context, as tests pass it', {}],
  ['a context that leaves nothing, as stand-ins do', leaving(0)],
])('%s changes nothing', async (_, context) => {
  const { handler, notes } = endless()
  await handler(await event(), context)
  expect(notes[0]).toMatch(/^After 300 ms \(`deadlineMs`\)/)
})
