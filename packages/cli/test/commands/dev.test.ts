import { createHmac } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import express from 'express'
import { expect, test } from 'vitest'
import { oursOnNode } from '../receivers/ours.ts'
import { started } from '../receivers/started.ts'
import { folder, type Running, run, secrets, start } from '../running.ts'

const noSecret = { AINEXLAYER_WEBHOOK_SECRET: '' }
const patience = { timeout: 15_000 }

const baseUrlOf = async (running: Running): Promise<string> => {
  await expect.poll(running.stdout, patience).toContain('Secret')
  return /Sender\s+(\S+)/.exec(running.stdout())?.[1] ?? ''
}

test('it makes a secret, shows it in one line, keeps it, and shows each attempt', async () => {
  const cwd = await folder({ '.ainexlayer/secret': secrets.test })
  const { url } = await oursOnNode()
  const args = ['dev', url, '--port', '0']
  const dev = start(args, { cwd, env: noSecret, mayShow: true })
  const baseUrl = await baseUrlOf(dev)
  expect(dev.stdout().split(secrets.test)).toHaveLength(2)
  expect(dev.stdout()).toContain(`webhook-1 -> ${url} (19 of 19 events)`)
  expect(dev.stderr()).toContain('Git ignores the folder')
  expect((await stat(join(cwd, '.ainexlayer/secret'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(cwd, '.ainexlayer/api-key'))).mode & 0o777).toBe(0o600)
  const sent = await run(['trigger', 'chat.message', '--base-url', baseUrl, '--wait'], { cwd })
  expect(sent.exitCode).toBe(0)
  await expect
    .poll(dev.stdout, patience)
    .toMatch(
      /--> chat\.message {2}msg_\w+ {2}attempt 1\/6\n\S+ <-- 200 +\d+ ms {2}chat\.message {2}msg_\w+ {2}delivered \(attempt 1\/6\)/,
    )
  dev.interrupt()
  expect(await dev.ended).toBe(130)
})

test('a new folder gets a new secret, which stays the same in the next run', async () => {
  const cwd = await folder()
  const { url } = await oursOnNode()
  const secretOf = async (): Promise<string> => {
    const dev = start(['dev', url, '--port', '0'], { cwd, env: noSecret, mayShow: true })
    await baseUrlOf(dev)
    dev.interrupt()
    await dev.ended
    return /Secret\s+(\S+)/.exec(dev.stdout())?.[1] ?? ''
  }
  const first = await secretOf()
  expect(first).toMatch(/^whsec_/)
  expect((await readFile(join(cwd, '.ainexlayer/secret'), 'utf8')).trim()).toBe(first)
  expect(await secretOf()).toBe(first)
})

test('with --json one object a line, and no secret at all', async () => {
  const cwd = await folder()
  const { url } = await oursOnNode()
  const dev = start(['dev', url, '--port', '0', '--json', '--events', 'user.*'], { cwd })
  await expect.poll(dev.stdout, patience).toContain('ready')
  const ready: { sender: string } = JSON.parse(dev.stdout())
  expect(ready).toMatchObject({ event: 'ready', events: 5, secretFile: '.ainexlayer/secret' })
  await run(['trigger', 'user.login', '--base-url', ready.sender], { cwd })
  await expect.poll(dev.stdout, patience).toContain('attempt.settled')
  const last: unknown = JSON.parse(dev.stdout().trim().split('\n').at(-1) ?? '')
  expect(last).toMatchObject({ type: 'user.login', answer: 200, outcome: 'delivered' })
})

test('the link of the dashboard is printed, and `--open` shows it in the browser', async () => {
  const cwd = await folder()
  const { url } = await oursOnNode()
  const opened: string[] = []
  const args = ['dev', url, '--port', '0', '--open']
  const dev = start(args, { cwd, env: noSecret, mayShow: true, open: (page) => opened.push(page) })
  await baseUrlOf(dev)
  const link = /Dashboard\s+(\S+)/.exec(dev.stdout())?.[1] ?? ''
  expect(opened).toEqual([link])
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?t=[\w-]{24}$/)
  const answer = await fetch(link, { redirect: 'manual' })
  expect(answer.status).toBe(303)
})

test('keys send events again, send all, set a fault and quit', async () => {
  const cwd = await folder()
  const { url } = await oursOnNode()
  const args = [
    'dev',
    url,
    '--port',
    '0',
    '--preset',
    'none',
    '--fault',
    'tamperBody',
    '--no-color',
  ]
  const dev = start(args, { cwd, terminal: true, mayShow: true })
  await expect.poll(dev.stderr, patience).toContain('Keys: t the last event again')
  dev.stdin.write('t')
  await expect.poll(dev.stdout, patience).toContain('--> chat.message')
  await expect.poll(dev.stdout, patience).toContain('<-- 200')
  dev.stdin.write('a')
  await expect.poll(() => dev.stdout().split('<-- 200').length, patience).toBe(21)
  dev.stdin.write('f')
  await expect.poll(dev.stderr, patience).toContain('Fault from now on: tamperBody')
  dev.stdin.write('t')
  await expect.poll(dev.stdout, patience).toContain('<-- 401')
  expect(dev.stdout()).toContain('faults: [{"kind":"tamperBody"')
  expect(dev.stdout()).not.toContain('hint:')
  dev.stdin.write('f')
  await expect.poll(dev.stderr, patience).toContain('No fault from now on.')
  dev.stdin.write('q')
  expect(await dev.ended).toBe(0)
})

test('a receiver that refuses what is genuine gets a hint that names its mistake', async () => {
  const cwd = await folder()
  const app = express()
  app.use(express.json())
  app.post('/webhooks', (req, res) => {
    const expected = createHmac('sha256', Buffer.from(secrets.test.slice(6), 'base64'))
      .update(`${req.get('webhook-id')}.${req.get('webhook-timestamp')}.${req.body}`)
      .digest('base64')
    res.sendStatus(req.get('webhook-signature') === `v1,${expected}` ? 200 : 401)
  })
  const { url } = await started(app)
  const dev = start(['dev', url, '--port', '0', '--preset', 'none'], { cwd, mayShow: true })
  const baseUrl = await baseUrlOf(dev)
  await run(['trigger', 'user.login', '--base-url', baseUrl], { cwd })
  await expect
    .poll(dev.stdout, patience)
    .toContain(
      'hint: the receiver takes a signature over the text [object Object]. Something parsed the body first',
    )
  expect(dev.stderr()).toContain('The receiver refused a genuine event (401). To see why, up to 17')
})

/** A receiver that gives the answers in turn, the last one again and again, and counts the requests. */
const answering = async (
  answers: readonly (readonly [status: number, body?: object | undefined])[],
) => {
  let requests = 0
  const { url } = await started((request, response) => {
    request.resume().on('end', () => {
      const [status = 500, body] = answers[Math.min(requests++, answers.length - 1)] ?? []
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? '' : JSON.stringify(body))
    })
  })
  return { url, requests: () => requests }
}

const lease =
  'hint: The event is still being handled by an earlier attempt, or by a process that died: it is taken over when the lease ends.'

test.for<[status: number, body: object | undefined, words: string]>([
  [400, { error: 'missing_header' }, 'A header that the profile of the receiver needs is absent'],
  [400, { error: 'body_incomplete' }, 'The connection ended before the whole body had arrived.'],
  [401, { error: 'timestamp_too_old' }, 'its clock is ahead of this one'],
  [401, { error: 'timestamp_too_new' }, 'its clock is behind this one'],
  [403, { error: 'address_not_allowed' }, 'The address of the caller is not on the allowlist'],
  [404, undefined, 'Nothing is served at this path'],
  [405, { error: 'method_not_allowed' }, 'takes no POST'],
  [409, { outcome: 'in_flight' }, lease],
  [409, undefined, lease],
  [410, { outcome: 'gone' }, 'the endpoint is gone'],
  [413, { error: 'body_too_large' }, 'The body is larger than `maxBodyBytes`.'],
  [413, undefined, 'The body is larger than the receiver, or what is in front of it, takes'],
  [415, undefined, 'does not take the content type'],
  [422, { error: 'id_reused' }, 'The receiver knows this id with other bytes'],
  [422, { error: 'invalid_payload' }, 'The signature is right, and the body is not what'],
  [422, undefined, 'most likely its schema does not fit'],
  [429, undefined, 'limits how much it takes'],
  [500, { error: 'misconfigured' }, 'Read the log line: it names the option'],
  [500, { error: 'rate_limited' }, 'The receiver broke on a genuine event'],
  [502, undefined, 'A proxy in front got no answer'],
  [503, { error: 'closing' }, 'The receiver closes.'],
  [503, { error: 'store_unavailable' }, 'The store did not take the event.'],
  [503, { error: 'deadline_exceeded' }, 'The delivery was not done in time'],
  [503, undefined, 'it closes or is overloaded, or what it needs'],
])(
  'the hint for %d with %j names its cause, and no probe follows',
  async ([status, body, words]) => {
    const cwd = await folder()
    const { url, requests } = await answering([[status, body]])
    const dev = start(['dev', url, '--port', '0', '--preset', 'none'], { cwd, mayShow: true })
    const baseUrl = await baseUrlOf(dev)
    await run(['trigger', 'user.login', '--base-url', baseUrl], { cwd })
    await expect.poll(dev.stdout, patience).toContain(`<-- ${status}`)
    expect(dev.stdout()).toContain(words)
    expect(dev.stdout()).not.toContain('secret of this run')
    expect(dev.stderr()).not.toContain('probes')
    expect(requests()).toBe(1)
  },
)

test('a clock that is far off is named, and no probe follows', async () => {
  const cwd = await folder()
  const { url } = await started((request, response) => {
    request.resume()
    response.setHeader('date', new Date(Date.now() + 600_000).toUTCString())
    response.writeHead(401).end()
  })
  const dev = start(['dev', url, '--port', '0', '--preset', 'none'], { cwd, mayShow: true })
  const baseUrl = await baseUrlOf(dev)
  await run(['trigger', 'user.login', '--base-url', baseUrl], { cwd })
  await expect
    .poll(dev.stdout, patience)
    .toMatch(/hint: the clock of the receiver is \d+ s ahead\. Set the clock/)
  expect(dev.stderr()).not.toContain('probes')
})

test('a status that has many causes gets no hint', async () => {
  const { url } = await answering([[418]])
  const ran = await run(['trigger', 'user.login', '--to', url])
  expect(ran.stdout).toContain('<-- 418')
  expect(ran.stdout).not.toContain('hint')
})

test('refusals with the same status and other codes have other hints', async () => {
  const cwd = await folder()
  const { url } = await answering([
    [503, { error: 'closing' }],
    [503, { error: 'store_unavailable' }],
  ])
  const dev = start(['dev', url, '--port', '0', '--preset', 'none'], { cwd, mayShow: true })
  const baseUrl = await baseUrlOf(dev)
  await run(['trigger', 'user.login', '--base-url', baseUrl], { cwd })
  await expect.poll(dev.stdout, patience).toContain('hint: The receiver closes.')
  await run(['trigger', 'user.login', '--base-url', baseUrl], { cwd })
  await expect.poll(dev.stdout, patience).toContain('hint: The store did not take the event.')
})

test('of a receiver of this SDK that refuses signatures it asks only what can be, and says so', async () => {
  const cwd = await folder()
  const codes: string[] = []
  const { url } = await oursOnNode({
    secret: secrets.other,
    hooks: { onRejected: ({ code }) => void codes.push(code) },
  })
  const dev = start(['dev', url, '--port', '0', '--preset', 'none'], { cwd, mayShow: true })
  const baseUrl = await baseUrlOf(dev)
  await run(['trigger', 'user.login', '--base-url', baseUrl], { cwd })
  await expect.poll(dev.stdout, patience).toContain('hint: Check that the receiver has the secret')
  expect(dev.stderr()).toContain('up to 6 probes follow')
  expect(codes).toEqual(Array.from({ length: 7 }, () => 'invalid_signature'))
})

test('a port that is taken is exit 1, and says what to do', async () => {
  const { server, url } = await oursOnNode()
  const address = server.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const ran = await run(['dev', url, '--port', port], { cwd: await folder() })
  expect(ran.exitCode).toBe(1)
  expect(ran.stderr).toContain('Pass --port 0')
})

test.for<[args: string[], words: string]>([
  [['dev', 'notaurl'], 'notaurl is not an http or https address'],
  [['dev'], "missing required argument 'url'"],
  [['dev', 'localhost:1', '--preset', 'slow'], '--preset is standard, svix, fast, none'],
  [['dev', 'localhost:1', '--store', 'cloud'], '--store is memory or file'],
  [['dev', 'localhost:1', '--events', 'users.*'], 'There is no event users.*'],
  [['dev', 'localhost:1', '--fault', 'reorder'], 'acts on events before they are sent'],
])('wrong usage is exit 2: %j', async ([args, words]) => {
  const ran = await run(args, { cwd: await folder(), mayShow: true })
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain(words)
})

test('the other commands find the sender of the folder on whatever port; after its end they say that none runs', async () => {
  const cwd = await folder()
  const { url } = await oursOnNode()
  const env = { AINEXLAYER_API_KEY: 'key-of-the-environment' }
  const first = start(['dev', url, '--port', '0'], { cwd, env, mayShow: true })
  await baseUrlOf(first)
  expect((await stat(join(cwd, '.ainexlayer/sender.json'))).mode & 0o777).toBe(0o600)
  expect(await readFile(join(cwd, '.ainexlayer/.gitignore'), 'utf8')).toBe('*\n')
  const sent = await run(['trigger', 'chat.message', '--wait'], { cwd })
  expect(sent.stdout).toContain('delivered after 1 attempt  processed')
  const second = start(['dev', url, '--port', '0'], { cwd, mayShow: true })
  const baseUrl = await baseUrlOf(second)
  expect(second.stderr()).toContain('Another `dev` runs in this folder')
  expect(await readFile(join(cwd, '.ainexlayer/sender.json'), 'utf8')).toContain(baseUrl)
  second.interrupt()
  await second.ended
  expect((await run(['webhooks', 'list'], { cwd })).exitCode).toBe(0)
  first.interrupt()
  await first.ended
  const gone = { '.ainexlayer/sender.json': '{"baseUrl":"http://127.0.0.1:9/api/v1","apiKey":"k"}' }
  for (const args of [['trigger', 'chat.message'], ['deliveries'], ['redeliver', 'delivery-1']]) {
    const ran = await run(args, { cwd: await folder(gone) })
    expect(ran.exitCode).toBe(3)
    expect(ran.stderr).toContain('No `dev` runs in this folder')
  }
})

test('a fault is shown as `--fault` takes it, and SIGTERM is another exit code than Ctrl-C', async () => {
  const cwd = await folder()
  const { url } = await oursOnNode()
  const args = ['dev', url, '--port', '0', '--fault', 'duplicate:times=3', '--no-color']
  const dev = start(args, { cwd, terminal: true, mayShow: true })
  await expect.poll(dev.stderr, patience).toContain('Keys: t')
  dev.stdin.write('f')
  await expect.poll(dev.stderr, patience).toContain('Fault from now on: duplicate:times=3\n')
  dev.interrupt('SIGTERM')
  expect(await dev.ended).toBe(143)
  const listening = start(['listen', '--port', '0'])
  await expect.poll(listening.stderr, patience).toContain('Listening on')
  listening.interrupt('SIGTERM')
  expect(await listening.ended).toBe(143)
})

test('what is odd in its folder is told in a sentence, and an empty key is made anew', async () => {
  const { url } = await oursOnNode()
  const args = ['dev', url, '--port', '0']
  const refused = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const ran = await run(args, { cwd: await folder(files) })
    expect(ran.exitCode).toBeGreaterThan(0)
    return ran.stderr
  }
  expect(await refused({ '.ainexlayer': 'a file' })).toMatch(/A file cannot be used: E\w+/)
  expect(await refused({ '.ainexlayer/api-key': 'two\nlines' })).toContain('.ainexlayer/api-key')
  expect(await refused({ '.ainexlayer/sender.json/x': '' })).toContain('EISDIR')
  const cwd = await folder({ '.ainexlayer/api-key': '' })
  const dev = start(args, { cwd, mayShow: true })
  await baseUrlOf(dev)
  expect(await readFile(join(cwd, '.ainexlayer/api-key'), 'utf8')).toMatch(/^ainl_/)
})

test('a second dev with the same file is told of the first', async () => {
  const cwd = await folder()
  const { url } = await oursOnNode()
  const args = ['dev', url, '--port', '0', '--store', 'file']
  const first = start(args, { cwd, mayShow: true })
  await baseUrlOf(first)
  const second = await run(args, { cwd })
  expect(second.exitCode).toBe(1)
  expect(second.stderr).toContain('another `dev --store file` runs in this folder')
  first.interrupt()
  await first.ended
})
