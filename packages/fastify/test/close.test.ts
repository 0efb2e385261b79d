import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { webhookHandler } from '../src/index.ts'

const newReceiver = () => createReceiver({ secret: testSecret, logger: quiet })

const newApp = async (
  receiver: ReturnType<typeof newReceiver>,
  options: { readonly closeTimeoutMs?: number | false } = {},
) => {
  const app = Fastify()
  await app.register(webhookHandler, { receiver, url: '/webhooks', ...options })
  return app
}

test('an app that closes lets deliveries under way end, and refuses new ones', async () => {
  let [end, begun] = [() => {}, () => {}]
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const running = new Promise<void>((resolve) => {
    begun = resolve
  })
  const receiver = newReceiver().on('*', async () => {
    begun()
    await ended
  })
  const app = await newApp(receiver)
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/webhooks`
  const underWay = fetch(url, await signedRequest({ event: fixture('chat.message') }))
  await running
  const closing = app.close()
  await expect.poll(async () => (await receiver.health()).isClosing).toBe(true)
  const refused = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(refused).toMatchObject({ status: 503, code: 'closing' })
  end()
  expect((await underWay).status).toBe(200)
  await closing
})

test('a handler that does not end is told to stop after closeTimeoutMs, and its sender has to try again', async () => {
  let begun = () => {}
  const running = new Promise<void>((resolve) => {
    begun = resolve
  })
  const receiver = newReceiver().on('*', async (_, { signal }) => {
    begun()
    await new Promise<void>((_, stop) =>
      signal.addEventListener('abort', () => stop(signal.reason)),
    )
  })
  const app = await newApp(receiver, { closeTimeoutMs: 50 })
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/webhooks`
  const underWay = fetch(url, await signedRequest({ event: fixture('chat.message') }))
  await running
  await app.close()
  expect((await underWay).status).toBe(503)
})

test('a receiver that was closed with another app says so when it is registered again', async () => {
  const receiver = newReceiver()
  await (await newApp(receiver)).close()
  await expect(newApp(receiver)).rejects.toThrow(/was closed together with another app/)
})

test('with closeTimeoutMs: false the receiver outlives the app', async () => {
  const receiver = newReceiver().on('*', () => {})
  await (await newApp(receiver, { closeTimeoutMs: false })).close()
  const app = await newApp(receiver, { closeTimeoutMs: false })
  const { body = '', headers } = await signedRequest({ event: fixture('chat.message') })
  const answer = await app.inject({ method: 'POST', url: '/webhooks', payload: body, headers })
  expect(answer.statusCode).toBe(200)
  await app.close()
})
