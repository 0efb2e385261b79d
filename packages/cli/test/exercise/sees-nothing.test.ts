import { join } from 'node:path'
import express from 'express'
import { expect, test } from 'vitest'
import { onStandardWebhooks } from '../receivers/libraries.ts'
import { oursOnNode } from '../receivers/ours.ts'
import { createCounter, started } from '../receivers/started.ts'
import { folder, run, secrets } from '../running.ts'

const duplicates = 'duplicate,retry,in-flight,ack-lost,burst'

test.for<[what: string, files: Readonly<Record<string, string>>, args: string[]]>([
  ['a file that nobody writes', {}, ['--observe-file', 'runs.txt']],
  ['an empty file', { 'runs.txt': '' }, ['--observe-file', 'runs.txt', '--skip', 'genuine']],
  ['a file of other events', { 'runs.txt': 'msg_other\n' }, ['--observe-file', 'runs.txt']],
])(
  '%s earns no grade, and no check of duplicates is ok',
  { timeout: 30_000 },
  async ([, files, args]) => {
    const cwd = await folder(files)
    const { url } = await onStandardWebhooks()
    const more = ['--only', `genuine,reused-id,rotation,${duplicates}`, '--burst', '5']
    const ran = await run(['exercise', url, ...args, ...more, '--json'], { cwd })
    expect(ran.exitCode).toBe(3)
    const lines = ran.json()
    expect(lines.filter(({ status }) => status !== undefined && status !== 'skipped')).toEqual([])
    expect(lines.at(-1)).toMatchObject({
      grade: null,
      reason: expect.stringContaining('the receiver does not seem to handle chat.message'),
      failed: 0,
    })
  },
)

test('an event that the receiver does not handle is named, with one that it handles', async () => {
  const { runs, note } = createCounter()
  const { createReceiver } = await import('@ainexlayer/webhooks')
  const { webhookHandler } = await import('@ainexlayer/webhooks-express')
  const receiver = createReceiver({ secret: secrets.test })
  receiver.on('chat.message', ({ id }) => note(id))
  const app = express()
  app.post('/webhooks', webhookHandler(receiver))
  app.get('/handled', (_req, res) => void res.json(runs))
  const { url, observe } = await started(app)
  const args = ['exercise', url, '--observe', observe, '--event', 'user.login', '--burst', '5']
  const ran = await run([...args, '--skip', 'slow,early-answer,not-lost', '--json'])
  expect(ran.exitCode).toBe(3)
  expect(ran.json().at(-1)).toMatchObject({
    grade: null,
    failed: 0,
    reason: expect.stringMatching(
      /does not seem to handle user\.login.*--event with a type that they handle, such as chat\.message/,
    ),
  })
  const passed = ran.json().filter(({ status }) => status === 'passed')
  expect(passed.filter(({ came }) => /handled 0/.test(String(came)))).toEqual([])
  const doctor = await run(['doctor', url, '--observe', observe, '--event', 'user.login'])
  expect(doctor.exitCode).toBe(3)
  expect(doctor.stderr).toContain('does not seem to handle user.login')
})

test('a file in a folder that does not exist is refused before anything is sent', async () => {
  const cwd = await folder()
  const { url, observe } = await oursOnNode()
  const file = join('typing-error', 'runs.txt')
  const ran = await run(['exercise', url, '--observe-file', file], { cwd })
  expect(ran.exitCode).toBe(3)
  expect(ran.stderr).toContain(`there is no folder ${join(cwd, 'typing-error')}`)
  expect(await (await fetch(observe)).json()).toEqual({})
})

test('without a judged check of duplicates there is no A', async () => {
  const { url, observe } = await onStandardWebhooks()
  const ran = await run(['exercise', url, '--observe', observe, '--only', 'genuine', '--json'])
  expect(ran.exitCode).toBe(0)
  expect(ran.json().at(-1)).toMatchObject({
    grade: null,
    reason: 'no check of duplicates was judged (duplicate, retry, in-flight, ack-lost)',
  })
})

test('events of a burst that are acknowledged and lost are a failure', async () => {
  const { runs, note } = createCounter()
  const seen = new Set<string>()
  const app = express()
  app.get('/handled', (_req, res) => void res.json(runs))
  let inFlight = 0
  app.post('/webhooks', express.json(), (req, res) => {
    const id = String(req.body.id)
    inFlight += 1
    // Under load it drops what it has acknowledged.
    setTimeout(() => {
      const isDropped = inFlight > 20
      inFlight -= 1
      if (!isDropped && !seen.has(id)) note(id)
      seen.add(id)
      res.sendStatus(200)
    }, 5)
  })
  const { url, observe } = await started(app)
  const only = ['--only', 'genuine,duplicate,not-lost,burst']
  const ran = await run(['exercise', url, '--observe', observe, ...only, '--json'])
  expect(ran.json().find(({ name }) => name === 'burst')).toMatchObject({ status: 'failed' })
  expect(ran.exitCode).toBe(1)
})
