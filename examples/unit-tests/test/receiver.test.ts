import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { httpPlatform } from '../src/platform.ts'
import { createAppReceiver } from '../src/receiver.ts'

const baseUrl = 'http://localhost:3001/api/v1'
const workspace = `${baseUrl}/workspaces/:id`

// The platform is mocked where it is called, at the network; the receiver is the real one.
const server = setupServer(
  http.get(workspace, ({ params }) =>
    HttpResponse.json({ success: true, data: { id: params['id'], name: 'Finance' } }),
  ),
)
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const announce = vi.fn()
const newReceiver = () => createAppReceiver(testSecret, httpPlatform(baseUrl, 'key'), announce)
afterEach(() => announce.mockClear())

const event = fixture('document.processed', { name: 'handbook.pdf', workspaceId: 'workspace-7' })

test('a processed document is announced with the name of its workspace', async () => {
  const result = await newReceiver().handle(await signedRequest({ event }))
  expect(result).toMatchObject({ outcome: 'processed', status: 200 })
  expect(announce).toHaveBeenCalledExactlyOnceWith('handbook.pdf is ready in Finance')
})

test('a duplicate is not announced again', async () => {
  const receiver = newReceiver()
  await receiver.handle(await signedRequest({ event }))
  expect(await receiver.handle(await signedRequest({ event }))).toMatchObject({
    outcome: 'duplicate',
  })
  expect(announce).toHaveBeenCalledOnce()
})

test('a platform that throttles us makes the sender wait as long', async () => {
  server.use(
    http.get(workspace, () =>
      HttpResponse.json({ success: false }, { status: 429, headers: { 'retry-after': '17' } }),
    ),
  )
  const result = await newReceiver().handle(await signedRequest({ event }))
  expect(result).toMatchObject({ status: 503, headers: { 'retry-after': '17' } })
  expect(announce).not.toHaveBeenCalled()
})

test('a forged event is refused', async () => {
  const request = await signedRequest({ event, secret: `whsec_${'A'.repeat(32)}` })
  const result = await newReceiver().handle(request)
  expect(result).toMatchObject({ status: 401, code: 'invalid_signature' })
})

test('over fetch, as in a Worker', async () => {
  const request = new Request('http://localhost/webhooks', await signedRequest({ event }))
  expect((await newReceiver().fetch(request)).status).toBe(200)
})
