import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fixture, signedRequest } from '@ainexlayer/webhooks/testing'
import { createClient } from '@ainexlayer/webhooks-client'
import { createSender } from '@ainexlayer/webhooks-sender'
import { expect, onTestFinished, test } from 'vitest'
import { oursInExpress, oursOnNode } from '../receivers/ours.ts'
import { started } from '../receivers/started.ts'
import { folder, type Running, run, secrets, start } from '../running.ts'

const patience = { timeout: 15_000 }

const urlOf = async (listening: Running): Promise<string> => {
  await expect.poll(listening.stderr, patience).toContain('Listening on')
  return `${/Listening on (\S+?),?\s/.exec(listening.stderr())?.[1]}/hook?a=1`
}

test('what was forwarded is replayed to where it went, and no caller says where that is', async () => {
  const cwd = await folder()
  const { url, observe } = await oursOnNode()
  const listening = start(
    ['listen', '--port', '0', '--forward-to', url, '--save', 'captured', '--count', '1'],
    { cwd },
  )
  await expect.poll(listening.stderr).toContain('Listening on')
  const port = /127\.0\.0\.1:(\d+)/.exec(listening.stderr())?.[1]
  const { headers, body } = await signedRequest({
    event: fixture('chat.message'),
    secret: secrets.test,
  })
  await fetch(`http://127.0.0.1:${port}/hook`, {
    method: 'POST',
    headers: { ...headers, 'x-ainexlayer-forwarded-to': 'http://127.0.0.1:9/elsewhere' },
    body: Buffer.from(body),
  })
  await listening.ended
  const ran = await run(['replay', 'captured', '--new-id', '--json'], { cwd })
  expect(ran.stderr).toBe('')
  expect(ran.json()[0]).toMatchObject({ answer: 200, outcome: 'processed' })
  const counted: object = JSON.parse(await (await fetch(observe)).text())
  expect(Object.keys(counted)).toHaveLength(2)
  const [file = ''] = await readdir(join(cwd, 'captured'))
  const examined = await run(['doctor', join('captured', file)], { cwd })
  expect(examined.exitCode).toBe(0)
})

test('requests are verified, and it says why one is not', async () => {
  const listening = start(['listen', '--port', '0', '--count', '3'])
  const url = await urlOf(listening)
  const send = ['trigger', 'chat.message', '--to', url, '--id', 'msg_1']
  await run(send)
  await run([...send, '--fault', 'tamperBody:how=reserialize'])
  await run([...send, '--fault', 'timestamp:offsetSeconds=-600'])
  expect(await listening.ended).toBe(0)
  expect(listening.stdout()).toMatch(/--> chat\.message {2}msg_1 {2}\d+ bytes {2}verified\n/)
  expect(listening.stdout()).toContain('again  body_pretty_printed: The JSON was pretty-printed')
  expect(listening.stdout()).toContain('again  clock_ahead')
  expect(listening.stdout()).toContain('<-- 200')
})

test('with `--inbox` the dashboard gets each, with what was found and what was answered', async () => {
  const sender = createSender({ apiKey: 'key-1', dev: true })
  onTestFinished(() => sender.close())
  const { url: baseUrl } = await sender.start()
  const receiver = await oursOnNode()
  const api = ['--inbox', '--base-url', baseUrl, '--api-key', 'key-1']
  const listening = start([
    'listen',
    '--port',
    '0',
    '--count',
    '2',
    '--forward-to',
    receiver.url,
    ...api,
  ])
  const url = await urlOf(listening)
  await run(['trigger', 'chat.message', '--to', url])
  await run(['trigger', 'user.login', '--to', url, '--fault', 'tamperBody'])

  const client = createClient({ apiKey: 'key-1', baseUrl })
  await expect.poll(async () => (await client.dev.inbox()).data.length, patience).toBe(2)
  const { data } = await client.dev.inbox()
  expect(
    data.map(({ verified, reason, forwarded }) => [verified, reason, forwarded?.statusCode]),
  ).toEqual([
    [false, expect.stringMatching(/^\w+: /), 401],
    [true, null, 200],
  ])
  expect(await listening.ended).toBe(0)
})

test('requests are saved as they came, and the files are what doctor, verify and replay read', async () => {
  const cwd = await folder()
  const listening = start(['listen', '--port', '0', '--save', 'captured', '--count', '2'], { cwd })
  const url = await urlOf(listening)
  await run(['trigger', 'chat.message', '--to', url, '--id', 'msg_1'])
  await run([
    'trigger',
    'user.login',
    '--to',
    url,
    '--id',
    'msg_2',
    '--fault',
    'tamperBody:how=append',
  ])
  await listening.ended
  const [first = '', second = ''] = await readdir(join(cwd, 'captured'))
  expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d.-]+Z-0001-chat\.message-msg_1\.http$/)
  const saved = await readFile(join(cwd, 'captured', first), 'latin1')
  expect(saved).toMatch(/^POST \/hook\?a=1 HTTP\/1\.1\r\n/)
  expect(saved).toContain('\r\nwebhook-id: msg_1\r\n')
  const files = [join('captured', first), join('captured', second)] as const
  expect((await run(['verify', '--request', files[0]], { cwd })).exitCode).toBe(0)
  expect((await run(['doctor', files[0]], { cwd })).exitCode).toBe(0)
  expect((await run(['doctor', files[1]], { cwd })).exitCode).toBe(1)
  const app = await oursInExpress()
  const again = await run(['replay', 'captured', '--to', app.url, '--as-is'], { cwd })
  expect(again.exitCode).toBe(1)
  expect(again.stdout).toMatch(/msg_1 +chat\.message +200/)
  expect(again.stdout).toMatch(/msg_2 +user\.login +401/)
  const resigned = await run(
    ['replay', 'captured', '--to', app.url, '--repeat', '2', '--shuffle', '--resign', '--json'],
    { cwd },
  )
  expect(resigned.exitCode).toBe(0)
  expect(resigned.json()).toHaveLength(4)
  expect(await (await fetch(app.observe)).json()).toEqual({ msg_1: 1, msg_2: 1 })
})

test('a capture of an hour ago is replayed with a new signature, in the rhythm in which it came', async () => {
  const cwd = await folder()
  const listening = start(['listen', '--port', '0', '--save', '.', '--count', '2'], {
    cwd,
    now: (() => {
      let at = Date.now() - 3_600_000
      return () => (at += 400)
    })(),
  })
  const url = await urlOf(listening)
  const then = { now: () => Date.now() - 3_600_000 }
  await run(['trigger', 'user.login', '--to', url, '--count', '2'], then)
  await listening.ended
  const app = await oursOnNode()
  const began = performance.now()
  const ran = await run(['replay', '.', '--to', app.url, '--speed', '1', '--json'], { cwd })
  expect(performance.now() - began).toBeGreaterThan(350)
  expect(ran.json().map(({ answer }) => answer)).toEqual([200, 200])
})

test('bytes are forwarded untouched, and the answer is passed back', async () => {
  const received: { headers: NodeJS.Dict<string | string[]>; body: string }[] = []
  const target = await started(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(418, { 'x-answer': 'tea' }).end('short and stout')
  })
  const listening = start(['listen', '--port', '0', '--forward-to', target.url])
  const url = await urlOf(listening)
  const body = '{ "type" : "chat.message", "n": 1.0 }\n'
  const answer = await fetch(url, { method: 'POST', body, headers: { 'x-mine': 'Yes' } })
  expect(answer.status).toBe(418)
  expect(answer.headers.get('x-answer')).toBe('tea')
  expect(await answer.text()).toBe('short and stout')
  expect(received).toMatchObject([{ body, headers: { 'x-mine': 'Yes' } }])
  expect(received[0]?.headers['host']).toBe(new URL(target.url).host)
  listening.interrupt()
  expect(await listening.ended).toBe(130)
})

test('with --events, others are answered, and neither shown nor saved', async () => {
  const cwd = await folder()
  const args = ['listen', '--port', '0', '--events', 'document.*', '--save', '.', '--count', '1']
  const listening = start([...args, '--respond', '202'], { cwd })
  const url = await urlOf(listening)
  const other = await run(['trigger', 'chat.message', '--to', url, '--json'])
  expect(other.stdout).toContain('202')
  await run(['trigger', 'document.uploaded', '--to', url])
  expect(await listening.ended).toBe(0)
  expect(listening.stdout()).not.toContain('chat.message')
  expect(await readdir(cwd)).toEqual([expect.stringContaining('document.uploaded')])
})

test('with --concurrency, so many are under way at once', async () => {
  let [now, most] = [0, 0]
  const waiting: (() => void)[] = []
  const target = await started(async (_, response) => {
    most = Math.max(most, ++now)
    // All four are there: a fifth does not come before one is answered.
    await new Promise<void>((go) => {
      waiting.push(go)
      if (waiting.length === 4) for (const next of waiting.splice(0)) next()
    })
    now--
    response.end()
  })
  const cwd = await folder({
    'one.http': 'POST /hook HTTP/1.1\nwebhook-id: msg_1\n\n{"type":"user.login"}',
  })
  const args = [
    'replay',
    'one.http',
    '--resign',
    '--to',
    target.url,
    '--repeat',
    '8',
    '--concurrency',
    '4',
  ]
  expect((await run(args, { cwd })).exitCode).toBe(0)
  expect(most).toBe(4)
})

test('where the receiver is away the answer is 502', async () => {
  const listening = start(['listen', '--port', '0', '--forward-to', '127.0.0.1:9', '--json'])
  const url = await urlOf(listening)
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(502)
  await expect.poll(listening.stdout, patience).toContain('"answer":502')
  expect(listening.stdout()).toContain('did not answer (connect_refused)')
})

test('without a secret it catches, and says that it does not verify', async () => {
  const args = ['listen', '--port', '0', '--respond', '204', '--json', '--count', '1']
  const env = { AINEXLAYER_WEBHOOK_SECRET: '' }
  const listening = start(args, { env, cwd: await folder() })
  const url = await urlOf(listening)
  expect((await fetch(url, { method: 'POST', body: 'no event' })).status).toBe(204)
  await listening.ended
  expect(listening.stderr()).toContain('There is no secret: requests are caught, and not verified.')
  const [, line = ''] = listening.stdout().trim().split('\n')
  expect(JSON.parse(line)).toMatchObject({ verified: null, bytes: 8, answer: 204 })
})

test('a delivery is replayed by its id', async () => {
  const sender = createSender({ apiKey: 'key', allowPrivateTargets: true })
  onTestFinished(() => sender.close())
  const { url: baseUrl } = await sender.start()
  const app = await oursOnNode()
  const client = createClient({ apiKey: 'key', baseUrl })
  await client.webhooks.create({ url: app.url, events: ['*'], secret: secrets.test })
  const api = ['--base-url', baseUrl, '--api-key', 'key']
  await run(['trigger', 'user.login', '--wait', ...api])
  const ran = await run(['replay', 'delivery-1', ...api, '--json'])
  expect(ran.exitCode).toBe(0)
  expect(ran.json()[0]).toMatchObject({ type: 'user.login', answer: 200, source: 'delivery-1' })
  const missing = await run(['replay', 'delivery-9', ...api])
  expect(missing).toMatchObject({ exitCode: 1 })
  expect(missing.stderr).toContain('NOT_FOUND')
})

test.for<[args: string[], exitCode: number, words: string]>([
  [['replay', 'nowhere.http'], 2, 'nowhere.http cannot be read'],
  [['replay', 'one.http', '--as-is', '--resign'], 2, 'exclude each other'],
  [['replay', 'one.http', '--speed', '1', '--concurrency', '2'], 2, 'exclude each other'],
  [['replay', 'one.http'], 2, 'Pass --to URL.'],
  [['replay', 'empty'], 2, 'empty is empty'],
  [['replay', 'one.http', '--resign', '--to', '127.0.0.1:9'], 3, 'Nothing could be reached.'],
  [['listen', '--port', '99999'], 2, '--port is a whole number'],
])('errors have their exit codes: %j', async ([args, exitCode, words]) => {
  const cwd = await folder({
    'one.http': 'POST /hook HTTP/1.1\nwebhook-id: msg_1\n\n{"type":"user.login"}',
    'empty/.keep': '',
  })
  const ran = await run(args, { cwd })
  expect(ran.exitCode).toBe(exitCode)
  expect(ran.stderr).toContain(words)
})

test('a forgery that was caught is not made genuine by `replay`: it is left out, unless that is asked for', async () => {
  const cwd = await folder()
  const listening = start(['listen', '--port', '0', '--save', 'cap', '--count', '2'], { cwd })
  const url = await urlOf(listening)
  const forge = ['--fault', 'badSignature:how=wrongSecret']
  await run(['trigger', 'chat.message', '--to', url, '--id', 'msg_forged', ...forge])
  await run(['trigger', 'chat.message', '--to', url, '--id', 'msg_genuine'])
  await listening.ended
  expect(await readdir(join(cwd, 'cap'))).toEqual([
    expect.stringMatching(/-msg_forged\.invalid_signature\.http$/),
    expect.stringMatching(/-msg_genuine\.http$/),
  ])
  const app = await oursInExpress()
  const ran = await run(['replay', 'cap', '--to', app.url], { cwd })
  expect(ran.exitCode).toBe(1)
  expect(ran.stderr).toMatch(/msg_forged\S+ is left out: it did not verify/)
  expect(await (await fetch(app.observe)).json()).toEqual({ msg_genuine: 1 })
  const asIs = await run(['replay', 'cap', '--to', app.url, '--as-is', '--json'], { cwd })
  expect(asIs.json().map(({ answer }) => answer)).toEqual([401, 200])
  const asked = await run(['replay', 'cap', '--to', app.url, '--resign'], { cwd })
  expect(asked.exitCode).toBe(0)
  expect(await (await fetch(app.observe)).json()).toEqual({ msg_genuine: 1, msg_forged: 1 })
})

test('`replay` says that a duplicate ran nothing, and `--new-id` has it handled again', async () => {
  const cwd = await folder()
  const listening = start(['listen', '--port', '0', '--save', 'cap', '--count', '1'], { cwd })
  const url = await urlOf(listening)
  await run(['trigger', 'chat.message', '--to', url, '--id', 'msg_1'])
  await listening.ended
  const app = await oursInExpress()
  const once = ['replay', 'cap', '--to', app.url, '--json']
  expect((await run(once, { cwd })).json()[0]).toMatchObject({ outcome: 'processed' })
  expect((await run(once, { cwd })).json()[0]).toMatchObject({ answer: 200, outcome: 'duplicate' })
  const anew = await run([...once, '--new-id'], { cwd })
  expect(anew.json()[0]).toMatchObject({ outcome: 'processed', id: expect.stringMatching(/^msg_/) })
  expect(await (await fetch(app.observe)).json()).toEqual({
    msg_1: 1,
    [String(anew.json()[0]?.['id'])]: 1,
  })
})

test('`trigger` says what the receiver did with the event', async () => {
  const app = await oursInExpress()
  const ran = await run(['trigger', 'chat.message', '--to', app.url])
  expect(ran.stdout).toContain('delivered  processed')
})
