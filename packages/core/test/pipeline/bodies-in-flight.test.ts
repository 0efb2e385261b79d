import { expect, test } from 'vitest'
import { createReceiver, type ReceiverOptions, WebhookConfigurationError } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

const receiverWith = (options: Partial<ReceiverOptions>) =>
  createReceiver({ secret: testSecret, logger: quiet, random: () => 0, ...options }).on(
    '*',
    () => {},
  )

/** A stream that yields bytes and then stays open until it is told to end, or is cancelled. */
const openStream = (bytes: Uint8Array) => {
  let end = (): void => {}
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(bytes)
      end = () => controller.close()
    },
    cancel: () => {
      end = () => {}
    },
  })
  return { stream, end: () => end() }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a body on top of maxBodiesInFlight is answered 503, and one after it is read', async () => {
  const receiver = receiverWith({ maxBodiesInFlight: 1 })
  const { headers, body } = await signedRequest({ event: fixture('chat.message') })
  const open = openStream(Buffer.from(body))
  const first = receiver.handle({ method: 'POST', headers, body: open.stream })
  await turn()
  const second = await signedRequest({ event: fixture('chat.message') })
  const streamed = () => ({ ...second, body: new Response(second.body).body })
  expect(await receiver.handle(streamed())).toMatchObject({
    outcome: 'retry_later',
    code: 'too_many_bodies',
    status: 503,
    headers: { 'retry-after': '5' },
  })
  open.end()
  expect(await first).toMatchObject({ outcome: 'processed' })
  expect(await receiver.handle(streamed())).toMatchObject({ outcome: 'processed' })
})

test('all bodies together hold no more than the bytes of 64 of the largest size', async () => {
  const receiver = receiverWith({ maxBodyBytes: 100_000 })
  const { headers } = await signedRequest({ event: fixture('chat.message') })
  const opened = Array.from({ length: 65 }, () => openStream(new Uint8Array(99_999)))
  const answers = opened.map(({ stream }) =>
    receiver.handle({ method: 'POST', headers, body: stream }),
  )
  await turn()
  for (const { end } of opened) end()
  const codes = (await Promise.all(answers)).map((answer) => 'code' in answer && answer.code)
  expect(codes.filter((code) => code === 'too_many_bodies')).toHaveLength(1)
  expect(codes.filter((code) => code === 'invalid_signature')).toHaveLength(64)
})

test('the places of bodies that fail are free again', async () => {
  const receiver = receiverWith({ maxBodiesInFlight: 1, maxBodyBytes: 1000, readTimeoutMs: 20 })
  const { headers } = await signedRequest({ event: fixture('chat.message') })
  const send = (body: ReadableStream<Uint8Array>) =>
    receiver.handle({ method: 'POST', headers, body })
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error('reset')),
  })
  expect(await send(new ReadableStream())).toMatchObject({ code: 'body_read_timeout' })
  expect(await send(openStream(new Uint8Array(2000)).stream)).toMatchObject({
    code: 'body_too_large',
  })
  expect(await send(broken)).toMatchObject({ code: 'body_incomplete' })
  const genuine = await signedRequest({ event: fixture('chat.message') })
  expect(
    await receiver.handle({ ...genuine, body: new Response(genuine.body).body }),
  ).toMatchObject({ outcome: 'processed' })
})

test.each([0, Number.NaN, -1])('maxBodiesInFlight: %s is refused when it is made', (value) => {
  expect(() => receiverWith({ maxBodiesInFlight: value })).toThrow(WebhookConfigurationError)
})
