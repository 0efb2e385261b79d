import { join } from 'node:path'
import { expect, test } from 'vitest'
import { oursOnNode } from '../receivers/ours.ts'
import { started } from '../receivers/started.ts'
import { folder, run, start } from '../running.ts'

type Answer = readonly [status: number, body: string] | 'hangs up'

/** An observer that answers as it is told, with the number of the request from 1. */
const observing = async (answer: (request: number) => Answer | Promise<Answer>) => {
  let requests = 0
  const { origin } = await started(async (_request, response) => {
    requests += 1
    const given = await answer(requests)
    if (given === 'hangs up') response.destroy()
    else response.writeHead(given[0]).end(given[1])
  })
  return `${origin}/handled`
}

/** The counts of a receiver at the first looks, and afterwards something else. */
const failing = async (
  { observe }: { readonly observe: string },
  afterwards: Answer,
  isBroken: (request: number) => boolean = (request) => request > 1,
) =>
  observing(async (request): Promise<Answer> => {
    if (isBroken(request)) return afterwards
    return [200, await (await fetch(observe)).text()]
  })

test.for<[status: number, body: string, words: string]>([
  [200, '{"msg_1":{"runs":3}}', 'it answered {"msg_1":{"runs":3}}'],
  [200, '{"msg_1":"x1"}', 'it answered {"msg_1":"x1"}'],
  [200, '{"msg_1":"3"}', 'it answered {"msg_1":"3"}'],
  [200, '{"msg_1":-1}', 'it answered {"msg_1":-1}'],
  [200, '{"msg_1":1.5}', 'it answered {"msg_1":1.5}'],
  [200, '{"msg_1":null}', 'it answered {"msg_1":null}'],
  [200, '[]', 'it answered []'],
  [200, '5', 'it answered 5'],
  [200, 'null', 'it answered null'],
  [200, '', 'it answered nothing'],
  [404, '{}', 'it answered 404'],
  [500, '{}', 'it answered 500'],
  [200, '<html>\u001b]0;x\u0007', 'it answered <html>\\u001b]0;x\\u0007'],
])(
  'an observer that answers %d %s is refused before anything is sent',
  async ([status, body, words]) => {
    const { url, observe } = await oursOnNode()
    const bad = await observing(() => [status, body])
    for (const command of ['exercise', 'doctor']) {
      const ran = await run([command, url, '--observe', bad])
      expect(ran.exitCode).toBe(3)
      expect(ran.stderr).toContain(`does not say how often the handlers ran (${words}).`)
      expect(ran.stderr).toContain('{ "<event id>": 3 }')
      expect(ran.stdout).toBe('')
    }
    expect(await (await fetch(observe)).json()).toEqual({})
  },
)

test.for(['{"msg_1":"x1"}', '{"msg_1":', '[]'])(
  'a file with %s instead of counts is refused',
  async (text) => {
    const { url } = await oursOnNode()
    const cwd = await folder({ 'runs.json': text })
    const ran = await run(['exercise', url, '--observe-file', join(cwd, 'runs.json')])
    expect(ran.exitCode).toBe(3)
    expect(ran.stderr).toContain(`does not say how often the handlers ran (it holds ${text}).`)
  },
)

test.for<[answer: Answer, words: string]>([
  [[502, 'Bad Gateway'], 'it answered 502'],
  [[200, '<html>'], 'it answered <html>'],
  ['hangs up', 'no answer: connection_reset'],
])(
  'an observer that fails during the run (%j) leaves a scorecard without a grade, and says why',
  { timeout: 30_000 },
  async ([answer, words]) => {
    const app = await oursOnNode()
    const observe = await failing(app, answer)
    const only = ['--only', 'genuine,early-answer,not-lost,tampered-value']
    const ran = await run(['exercise', app.url, '--observe', observe, ...only, '--json'])
    expect(ran.exitCode).toBe(3)
    const lines = ran.json()
    expect(lines.map(({ status }) => status)).toEqual([
      'passed',
      'passed',
      'skipped',
      'skipped',
      undefined,
    ])
    expect(lines[3]?.['came']).toContain(`did not say how often it was handled (${words})`)
    expect(lines.at(-1)).toMatchObject({
      grade: null,
      reason: `the observer failed (${words})`,
      failed: 0,
    })
    expect(ran.stderr).toContain(`${observe} does not say how often the handlers ran (${words}).`)
  },
)

test('`doctor` says so, too, and shows what the answers alone tell', async () => {
  const app = await oursOnNode()
  const ran = await run(['doctor', app.url, '--observe', await failing(app, 'hangs up')])
  expect(ran.exitCode).toBe(3)
  expect(ran.stdout).toContain('PASS  A signature of another secret is refused: 401')
  expect(ran.stdout).toMatch(/SKIP {2}The same request again .*\(no answer: connection_reset\)/)
})

test('a look that fails is tried again: an observer that fails now and then spoils nothing', async () => {
  const app = await oursOnNode()
  const observe = await failing(app, [503, ''], (request) => request % 2 === 0)
  const only = ['--only', 'genuine,duplicate,not-lost']
  const ran = await run(['exercise', app.url, '--observe', observe, ...only, '--json'])
  expect(ran.exitCode).toBe(0)
  expect(ran.json().at(-1)).toMatchObject({ grade: 'A', passed: 3, skipped: 0 })
})

test('Ctrl-C at the first look at an observer is no failure of the observer', async () => {
  const { url } = await oursOnNode()
  let asked = 0
  const { origin } = await started(() => {
    asked += 1
  })
  const running = start(['exercise', url, '--observe', origin])
  await expect.poll(() => asked).toBe(1)
  running.interrupt()
  expect(await running.ended).toBe(130)
})
