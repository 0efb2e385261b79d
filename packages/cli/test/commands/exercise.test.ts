import { appendFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import express from 'express'
import { expect, test } from 'vitest'
import { answersFirst, jsonAndEquals, rawAndThrows } from '../receivers/hand-written.ts'
import { onStandardWebhooks, onSvix } from '../receivers/libraries.ts'
import { oursInExpress, oursOnNode } from '../receivers/ours.ts'
import { createCounter, started } from '../receivers/started.ts'
import { folder, run, secrets } from '../running.ts'

const oursCounted = async () => {
  const { url, observe } = await oursOnNode()
  return { url, runs: async (): Promise<unknown> => (await fetch(observe)).json() }
}

/** Judges a receiver; the slow check has tests of its own, because it waits for the receiver's deadline. */
const judge = async (app: { url: string; observe: string }, ...more: string[]) => {
  const args = ['exercise', app.url, '--observe', app.observe, '--skip', 'slow', ...more]
  const ran = await run([...args, '--json'])
  const lines = ran.json()
  const named = (status: string) =>
    lines.filter((line) => line['status'] === status).map(({ name }) => name)
  return {
    exitCode: ran.exitCode,
    summary: lines.at(-1),
    failed: named('failed'),
    preferences: named('preference'),
    of: (name: string) => lines.find((line) => line['name'] === name),
  }
}

test.for([
  ['in Express', oursInExpress],
  ['on node:http', oursOnNode],
] as const)('our receiver %s passes every check', async ([, make]) => {
  const app = await make({ readTimeoutMs: 300 })
  const judged = await judge(app, '--skip', 'burst')
  expect(judged).toMatchObject({ exitCode: 0, failed: [], preferences: [] })
  expect(judged.summary).toMatchObject({ grade: 'A', skipped: 0 })
  const slow = await run(['exercise', app.url, '--only', 'slow', '--slow-limit', '8000', '--json'])
  expect(slow.json()[0]).toMatchObject({ name: 'slow', status: 'passed' })
})

test('JSON that is serialised again and ===: the faults are named, and no others', async () => {
  const judged = await judge(await jsonAndEquals())
  expect(judged.exitCode).toBe(1)
  // How deep V8 can serialise depends on its version.
  expect(judged.failed.filter((name) => name !== 'deep-nesting')).toEqual([
    'json-spelling',
    'rotation',
    'tampered-append',
    'tampered-spacing',
    'tampered-newline',
    'tampered-bom',
    'tampered-crlf',
    'stale',
    'future',
    'timestamp-text',
    'reused-id',
    'duplicate',
    'retry',
    'in-flight',
    'ack-lost',
  ])
  expect(judged.of('json-spelling')?.['fix']).toContain('not `JSON.stringify(req.body)`')
  // It refuses genuine events whose JSON is written differently.
  expect(judged.summary?.['grade']).toBe('F')
})

test('timingSafeEqual that throws is named, and a 500 is no security fault', async () => {
  const judged = await judge(await rawAndThrows())
  expect(judged.failed).toEqual(['malformed-signature', 'not-json'])
  expect(judged.of('malformed-signature')?.['fix']).toContain('`timingSafeEqual`, which throws')
  expect(judged.preferences).toEqual([
    'content-type',
    'no-signature',
    'empty-signature',
    'cut-signature',
    'garbage-signature',
    'dotted-id',
    'reused-id',
    'quiet-answers',
  ])
})

test('an answer before the handler, and a Set that remembers what failed, are named', async () => {
  const judged = await judge(await answersFirst())
  expect(judged.failed).toEqual(['early-answer', 'not-lost'])
  expect(judged.of('not-lost')?.['came']).toMatch(
    /of 20 were answered 2xx and never handled, nor when they came again: their ids were remembered/,
  )
})

test.for([
  ['standardwebhooks', onStandardWebhooks],
  ['svix', onSvix],
] as const)('on %s alone: duplicates are what it lacks', async ([, make]) => {
  const judged = await judge(await make())
  expect(judged.failed).toEqual(['reused-id', 'duplicate', 'retry', 'in-flight', 'ack-lost'])
  expect(judged.preferences).toEqual(['dotted-id', 'quiet-answers'])
})

test('a receiver that takes everything gets an F', async () => {
  const { runs, note } = createCounter()
  const app = express()
  app.get('/handled', (_req, res) => void res.json(runs))
  app.post('/webhooks', express.json({ limit: '1mb' }), (req, res) => {
    note(String(req.body?.id))
    res.sendStatus(200)
  })
  const judged = await judge(await started(app), '--only', 'security')
  expect(judged.failed).toContain('wrong-secret')
  expect(judged.failed).toContain('no-signature')
  expect(judged.summary?.['grade']).toBe('F')
})

test('without an observer the answers alone are judged, and it says so', async () => {
  const { url } = await answersFirst()
  const ran = await run(['exercise', url, '--only', 'delivery', '--burst', '5'])
  expect(ran.exitCode).toBe(0)
  expect(ran.stderr).toContain('Without --observe only answers are judged')
  expect(ran.stdout).toContain('(needs --observe or --observe-file)')
})

test('the runs may be counted in a file with a line for each', async () => {
  const cwd = await folder()
  const file = join(cwd, 'runs.txt')
  const { url } = await oursOnNode({
    hooks: { onProcessed: ({ event }) => appendFileSync(file, `${event.id}\n`) },
  })
  const only = ['--only', 'genuine,duplicate', '--json']
  const ran = await run(['exercise', url, '--observe-file', file, ...only])
  expect(ran.json()).toMatchObject([
    { status: 'passed', came: '200, handled once' },
    { status: 'passed', came: '200 (3 times), handled once' },
    { grade: 'A' },
  ])
})

test('the scorecard is for people, on a terminal in colours with a bar', async () => {
  const { url, observe } = await rawAndThrows()
  const args = ['exercise', url, '--observe', observe, '--only', 'tampered-value,not-json']
  const plain = await run(args)
  expect(plain.stdout).toContain(
    'Security  1 of 1\n  ok    A changed value in the body is noticed (400)',
  )
  expect(plain.stdout).toContain('Robustness  0 of 1\n  FAIL  A signed body that is not JSON')
  expect(plain.stdout).toContain('        fix       Catch what `JSON.parse` throws')
  expect(plain.stdout).toContain('Grade C: 1 passed, 1 failed')
  const terminal = await run(args, { terminal: true })
  expect(terminal.stdout).toContain('✗')
  expect(terminal.stdout).toContain('\u001b[')
  expect(terminal.stderr).toContain('/2')
})

test('reports for CI are written: JUnit and Markdown', async () => {
  const cwd = await folder()
  const { url } = await rawAndThrows()
  const files = ['--junit', 'report.xml', '--markdown', 'report.md']
  await run(['exercise', url, '--only', 'not-json,dotted-id,early-answer', ...files], { cwd })
  const junit = await readFile(join(cwd, 'report.xml'), 'utf8')
  expect(junit).toContain('tests="3" failures="1" errors="0" skipped="1"')
  expect(junit).toContain('<failure message="expected 2xx or 4xx, no 5xx; came 500">')
  const markdown = await readFile(join(cwd, 'report.md'), 'utf8')
  expect(markdown).toContain('| ❌ | A signed body that is not JSON breaks nothing |')
})

test.for(['timestamped', 'hmac-body', 'svix'])('other wires are exercised: %s', async (profile) => {
  const { wireOf } = await import('../../src/input/wire.ts')
  const app = await oursOnNode({ profile: wireOf(profile).profile })
  const judged = await judge(app, '--profile', profile, '--skip', 'burst')
  expect(judged).toMatchObject({ exitCode: 0, failed: [] })
})

test('a receiver with another secret: nothing else is judged', async () => {
  const { url } = await oursOnNode({ secret: secrets.other })
  const ran = await run(['exercise', url, '--only', 'genuine,stale', '--json'])
  expect(ran.exitCode).toBe(1)
  expect(ran.json()).toMatchObject([
    { name: 'genuine', status: 'failed', fix: expect.stringContaining('secret of this run') },
    { name: 'stale', status: 'skipped', came: 'genuine events are refused' },
    { grade: 'F' },
  ])
})

test('nobody there is exit 3', async () => {
  const ran = await run(['exercise', 'http://127.0.0.1:9/webhooks', '--json'])
  expect(ran.exitCode).toBe(3)
  expect(ran.stderr).toContain('cannot be reached (connect_refused)')
  expect(ran.json()[0]?.['error']).toMatchObject({ code: 'unreachable' })
  const { url } = await oursOnNode()
  const blind = await run(['exercise', url, '--observe', 'http://127.0.0.1:9/handled'])
  expect(blind.exitCode).toBe(3)
})

test.for<[args: string[], words: string]>([
  [['exercise'], "missing required argument 'url'"],
  [['exercise', 'ftp://x/'], 'is not an http or https address'],
  [['exercise', '127.0.0.1:9', '--only', 'duplicat'], 'Did you mean duplicate?'],
  [
    ['exercise', '127.0.0.1:9', '--only', 'concurrent'],
    'no check concurrent. Groups: compatibility, security, delivery, robustness. Checks: genuine,',
  ],
  [['exercise', 'notaurl'], 'notaurl is not an http or https address'],
  [['exercise', '127.0.0.1:9', '--event', 'chat.massage'], 'Did you mean chat.message?'],
  [['exercise', '127.0.0.1:9', '--burst', '0'], '--burst is a whole number from 1'],
])('wrong usage is exit 2: %j', async ([args, words]) => {
  const ran = await run(args)
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain(words)
})

test('without an observer a receiver that handles duplicates again gets no grade, and no pass for them', async () => {
  const { url, observe } = await onStandardWebhooks()
  const only = ['--only', 'genuine,duplicate,retry,in-flight,ack-lost,burst', '--burst', '5']
  const blind = await run(['exercise', url, ...only, '--json'])
  expect(blind.exitCode).toBe(0)
  const lines = blind.json()
  expect(lines.filter(({ status }) => status === 'passed').map(({ name }) => name)).toEqual([
    'genuine',
  ])
  expect(lines.at(-1)).toMatchObject({
    grade: null,
    reason: 'whether each event is handled once was not judged; give --observe',
    passed: 1,
    skipped: 5,
    unobserved: 5,
  })
  const text = await run(['exercise', url, ...only])
  expect(text.stdout).toContain(
    'No grade: whether each event is handled once was not judged; give --observe. 1 passed, 0 failed, 5 not judged',
  )
  expect(text.stdout).not.toMatch(/Grade [A-F]/)
  const doctor = await run(['doctor', url])
  expect(doctor.stdout).toMatch(/SKIP {2}The same request again .*needs --observe/)
  const seeing = await run(['exercise', url, ...only, '--observe', observe])
  expect(seeing.exitCode).toBe(1)
  expect(seeing.stdout).toMatch(/Grade [CD]: /)
})

test('without an observer there is no grade for checks that count nothing either, and failures are exit 1', async () => {
  const { url } = await rawAndThrows()
  const ran = await run(['exercise', url, '--only', 'tampered-value,not-json', '--json'])
  expect(ran.exitCode).toBe(1)
  expect(ran.json().at(-1)).toMatchObject({ grade: null, passed: 1, failed: 1 })
})

test('a stack trace in an answer is no failure, and no A', async () => {
  const app = await onStandardWebhooks()
  const checks = ['--only', 'genuine,oversized,quiet-answers']
  const judged = await judge(app, ...checks)
  expect(judged).toMatchObject({ exitCode: 0, preferences: ['quiet-answers'] })
  expect(judged.summary).toMatchObject({
    grade: 'B',
    reason: 'an answer holds a stack trace',
    failed: 0,
  })
  const text = await run(['exercise', app.url, '--observe', app.observe, ...checks])
  expect(text.stdout).toContain('Grade B (an answer holds a stack trace): 2 passed, 0 failed')
})

test('a report goes into a folder that did not exist, and one that cannot be written is told before the run', async () => {
  const cwd = await folder()
  const { url, runs } = await oursCounted()
  const made = await run(['exercise', url, '--only', 'genuine', '--junit', 'out/j.xml'], { cwd })
  expect(made.exitCode).toBe(0)
  expect(await readFile(join(cwd, 'out', 'j.xml'), 'utf8')).toContain('<testsuites')
  const before = await runs()
  const ran = await run(['exercise', url, '--only', 'genuine', '--markdown', cwd], { cwd })
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain('cannot be written (EISDIR)')
  expect(await runs()).toEqual(before)
})
