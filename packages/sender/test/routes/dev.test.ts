import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { expect, onTestFinished, test } from 'vitest'
import { receive } from '../receiving.ts'
import { startSender } from '../sending.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const event = { type: 'user.deleted', data: { id: 'user-1' } } as const

const caller =
  (url: string) =>
  async (method: string, path: string, body: object = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

test('a scenario is played against a webhook, and its verdict is the answer', async () => {
  const { client, url } = await startSender()
  const call = caller(url)
  const secret = { value: '' }
  const runs: Record<string, number> = {}
  const receiver = createReceiver({ secret: () => secret.value, logger: quiet })
  receiver.on('*', ({ id }) => {
    runs[id] = (runs[id] ?? 0) + 1
  })
  const listener = nodeListener(receiver)
  const server = createServer((request, response) => {
    if (request.url === '/handled') response.end(JSON.stringify(runs))
    else void listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const webhook = await client.webhooks.create({ url: `${origin}/hook`, events: ['*'] })
  secret.value = webhook.secret
  const played = { webhookId: webhook.id, observe: `${origin}/handled` }
  const run = await client.dev.runScenario('duplicate-race', played)
  expect(run).toMatchObject({ name: 'duplicate-race', status: 'running', verdict: null })
  await expect
    .poll(() => client.dev.run(run.id), { timeout: 10_000 })
    .toMatchObject({ status: 'ended', steps: 6, verdict: { passed: true } })
  expect(await client.dev.runs()).toMatchObject([{ id: run.id }])
  expect(await call('POST', '/dev/scenarios/no-such', played)).toMatchObject({ status: 404 })
})

test('what happens is streamed as it happens', async () => {
  const { client, sender, url } = await startSender()
  const target = await receive()
  await client.webhooks.create({ url: target.url, events: ['*'] })
  const controller = new AbortController()
  const response = await fetch(`${url}/stream`, {
    headers: { authorization: 'Bearer test-key' },
    signal: controller.signal,
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = response.body?.getReader()
  await client.events.emit(event)
  await sender.idle()
  let text = ''
  while (!/attempt.settled.*\n\n/s.test(text)) {
    text += Buffer.from((await reader?.read())?.value ?? []).toString()
  }
  controller.abort()
  expect(JSON.parse(/event: attempt.settled\ndata: (.*)/.exec(text)?.[1] ?? '')).toMatchObject({
    delivery: { status: 'delivered' },
    attempt: { number: 1, outcome: 'delivered' },
  })
})

test('a reset forgets everything, and a sender that is not for development has none of this', async () => {
  const { client, url } = await startSender()
  await client.webhooks.create({ url: 'http://127.0.0.1:9/', events: ['*'] })
  expect(await caller(url)('POST', '/dev/reset')).toMatchObject({ status: 200 })
  expect((await client.webhooks.list()).pagination.total).toBe(0)
  const serious = await startSender({ dev: false })
  for (const path of ['/dev/reset', '/dev/clock', '/dev/scenarios/happy-19']) {
    expect(await caller(serious.url)('POST', path), path).toMatchObject({ status: 404 })
  }
})
