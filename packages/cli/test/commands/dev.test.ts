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
      /--> chat\.message {2}msg_\w+ {2}attempt 1\/6\n\S+ <-- 200 +\d+ ms {2}delivered \(attempt 1\/6\)/,
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
