import { createReceiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { createClient } from '@ainexlayer/webhooks-client'
import { createSender } from '@ainexlayer/webhooks-sender'
import { expect, onTestFinished, test } from 'vitest'
import { oursOnNode } from '../receivers/ours.ts'
import { started } from '../receivers/started.ts'
import { folder, run, secrets } from '../running.ts'

/** A receiver that keeps the events it handled. */
const keeping = async () => {
  const events: { id: string; type: string; data: unknown }[] = []
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  const receiver = createReceiver({ secret: secrets.test, logger: silent })
  receiver.on('*', (event) => void events.push(event))
  const { url } = await started(nodeListener(receiver))
  return { url, events }
}

test('a field that is a string takes digits as they stand', async () => {
  const { url, observe } = await oursOnNode()
  const sets = ['--set', 'data.content=123', '--set', 'data.workspaceId="7"', '--id', 'msg_set']
  const ran = await run(['trigger', 'chat.message', '--to', url, ...sets])
  expect(ran.stderr).not.toContain('does not fit')
  expect(ran.exitCode).toBe(0)
  expect(await (await fetch(observe)).json()).toEqual({ msg_set: 1 })
})

test('an event is sent, with the fields that were set', async () => {
  const { url, events } = await keeping()
  const ran = await run([
    'trigger',
    'chat.message',
    '--to',
    url,
    '--set',
    'data.content=Hello',
    '--set',
    'workspaceId=workspace-9',
    '--id',
    'msg_mine',
  ])
  expect(ran.exitCode).toBe(0)
  expect(ran.stdout).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} --> chat\.message {2}msg_mine\n\d\d:\d\d:\d\d\.\d{3} <-- 200 +\d+ ms {2}delivered {2}processed\n$/,
  )
  expect(events).toMatchObject([
    { id: 'msg_mine', data: { content: 'Hello', workspaceId: 'workspace-9' } },
  ])
})

test('patterns, counts and all events; one JSON object for each attempt', async () => {
  const { url, events } = await keeping()
  const ran = await run(['trigger', 'document.*', '--to', url, '--count', '2', '--json'])
  expect(ran.json()).toHaveLength(10)
  expect(ran.json()[0]).toMatchObject({ delivered: true, answer: 200, attempt: 1 })
  const all = await run(['trigger', '--all', '--to', url, '--rate', '1000'])
  expect(all.exitCode).toBe(0)
  expect(new Set(events.map(({ type }) => type)).size).toBe(19)
})

test('the data comes from a file or from stdin, and is checked', async () => {
  const { url, events } = await keeping()
  const cwd = await folder({ 'data.json': '{"id":"user-7"}' })
  const send = ['trigger', 'user.deleted', '--to', url]
  await run([...send, '--data', '@data.json'], { cwd })
  await run([...send, '--data', '-'], { input: '{"id":"user-8"}' })
  expect(events.map(({ data }) => data)).toEqual([{ id: 'user-7' }, { id: 'user-8' }])
  const wrong = await run([...send, '--data', '{"name":"Ada"}'])
  expect(wrong.exitCode).toBe(2)
  expect(wrong.stderr).toContain('The data does not fit user.deleted: data.id')
  const sent = await run([...send, '--data', '{"name":"Ada"}', '--no-validate'])
  expect(sent.stdout).toContain('<-- 422')
})

test('a fault is exit 1 when the receiver refuses it, and is named', async () => {
  const { url } = await oursOnNode()
  const args = ['trigger', 'chat.message', '--to', url, '--fault', 'tamperBody:how=crlf', '--json']
  const ran = await run(args)
  expect(ran.exitCode).toBe(1)
  expect(ran.json()[0]).toMatchObject({
    answer: 401,
    faults: [{ kind: 'tamperBody', how: 'crlf' }],
  })
  const again = await run(['trigger', 'chat.message', '--to', url, '--fault', 'duplicate:times=2'])
  expect(again.stdout).toContain('copies: 200, 200')
})

test('--wait retries until it is delivered', async () => {
  let requests = 0
  const { url } = await started((_request, response) => {
    requests += 1
    response.writeHead(requests === 1 ? 503 : 200).end()
  })
  const ran = await run(['trigger', 'user.login', '--to', url, '--wait', '--json'])
  expect(ran.exitCode).toBe(0)
  expect(ran.json().map(({ answer }) => answer)).toEqual([503, 200])
})

test('without --to an event goes through the API, to all its webhooks', async () => {
  const sender = createSender({ apiKey: 'key', allowPrivateTargets: true, dev: true })
  onTestFinished(() => sender.close())
  const { url: baseUrl } = await sender.start()
  const { url, events } = await keeping()
  const client = createClient({ apiKey: 'key', baseUrl })
  const api = ['--base-url', baseUrl, '--api-key', 'key', '--wait']
  const none = await run(['trigger', 'user.login', ...api])
  expect(none.exitCode).toBe(1)
  expect(none.stderr).toContain('No webhook gets user.login')
  await client.webhooks.create({ url, events: ['*'], secret: secrets.test })
  const ran = await run(['trigger', 'user.login', ...api])
  expect(ran.exitCode).toBe(0)
  expect(ran.stdout).toMatch(
    /--> user\.login {2}msg_\w+ {2}to 1 webhook\n<-- 200 {2}delivery-1 {2}delivered after 1 attempt/,
  )
  expect(events).toHaveLength(1)
  const retry = { preset: 'none' }
  await client.webhooks.create({ url, events: ['user.login'], retry })
  const failed = await run(['trigger', 'user.login', ...api, '--json'])
  expect(failed.exitCode).toBe(1)
  const wrongKey = await run(['trigger', 'user.login', ...api, '--api-key', 'other'])
  expect(wrongKey.exitCode).toBe(1)
  expect(wrongKey.stderr).toContain('UNAUTHORIZED')
})

test('nobody there is exit 3', async () => {
  const direct = await run(['trigger', 'user.login', '--to', '127.0.0.1:9'])
  expect(direct.exitCode).toBe(3)
  expect(direct.stdout).toContain('<-- connect_refused')
  const env = { AINEXLAYER_API_KEY: 'key', AINEXLAYER_BASE_URL: 'http://127.0.0.1:9/api/v1' }
  const api = await run(['trigger', 'user.login'], { env })
  expect(api.exitCode).toBe(3)
  expect(api.stderr).toContain('Is the sender running')
})

test.for<[args: string[], words: string]>([
  [['chat.mesage'], 'Did you mean chat.message?'],
  [['documents.*'], 'There is no event documents.*.'],
  [[], 'There is no event to send.'],
  [['chat.message', '--set', 'data.contnt=x'], 'Did you mean content?'],
  [['chat.message', '--set', 'content'], 'is not path=value'],
  [['chat.message', '--fault', 'tamper'], 'Did you mean tamperBody?'],
  [['chat.message', '--fault', 'tamperBody:how=badly'], 'cannot be read: how'],
  [['chat.message', '--fault', 'flood'], 'acts on events before they are sent'],
  [['user.*', '--id', 'msg_1'], '--id is for one event'],
  [['chat.message', '--timestamp', 'soon'], '--timestamp is ISO 8601'],
  [['chat.message', '--data', '{'], '--data is not JSON'],
])('wrong usage is exit 2: %j', async ([args, words]) => {
  const ran = await run(['trigger', ...args, '--to', '127.0.0.1:9'])
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain(words)
})

test('without a key for the API it says where one comes from', async () => {
  const ran = await run(['trigger', 'user.login'], { cwd: await folder() })
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain('AINEXLAYER_API_KEY')
})
