import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import fastify from 'fastify'
import { expect, test, vi } from 'vitest'
import { webhookHandler } from '../src/index.ts'

test('`app.close()` lets the delivery under way end, and the receiver takes no more', async () => {
  let end: (() => void) | undefined
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on(
    '*',
    () => new Promise<void>((resolve) => (end = resolve)),
  )
  const app = fastify()
  await app.register(webhookHandler, { receiver, url: '/webhooks' })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const delivering = fetch(
    `${origin}/webhooks`,
    await signedRequest({ event: fixture('user.login') }),
  )
  await vi.waitFor(() => expect(end).toBeDefined())
  const closing = app.close()
  await vi.waitFor(async () => expect(await receiver.health()).toMatchObject({ isClosing: true }))
  const late = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(late).toMatchObject({ status: 503, code: 'closing' })
  end?.()
  expect((await delivering).status).toBe(200)
  await closing
  expect(receiver.inFlight).toBe(0)
})
