import { hmacBody } from '@ainexlayer/webhooks'
import { fixture, signedRequest } from '@ainexlayer/webhooks/testing'
import { expect, test } from 'vitest'
import { oursOnNode } from '../receivers/ours.ts'
import { folder, run, secrets } from '../running.ts'

const textSecret = { AINEXLAYER_WEBHOOK_SECRET: secrets.text }

const dumpOf = async (
  more: Partial<Parameters<typeof signedRequest>[0]>,
  change: (body: string) => string = (body) => body,
): Promise<string> => {
  const { headers, body } = await signedRequest({ event: fixture('chat.message'), ...more })
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return ['POST /hook HTTP/1.1', ...lines, '', change(String(body))].join('\n')
}

test('what was found on the wire is not followed by another explanation', async () => {
  const crlf = await run(['doctor', '-'], {
    input: await dumpOf({}, (body) => `${body}\r\n`),
  })
  expect(crlf.stdout).toContain('FAIL  body_')
  expect(crlf.stdout).not.toContain('No way to sign')
  const late = await run(['doctor', '-'], { input: await dumpOf({ signedAt: 1_700_000_000 }) })
  expect(late.stdout).toContain('FAIL  clock_ahead')
  expect(late.stdout).not.toContain('profile below')
  expect(late.stdout).not.toContain('standardWebhooks()')
})

test('a request of another wire is first said to be genuine', async () => {
  const input = await dumpOf({ profile: hmacBody({ header: 'X-Signature' }) })
  const ran = await run(['doctor', '-'], { input })
  expect(ran.stdout).toMatch(/^WARN {2}It is genuine, but on another wire/)
  expect(ran.stdout).not.toContain('FAIL  missing_header')
})

test('a genuine event whose data does not fit its schema: it says so, because a receiver answers 422', async () => {
  const event = { ...fixture('chat.message'), data: { content: 7 } }
  for (const profile of [undefined, hmacBody()]) {
    const { headers, body } = await signedRequest({
      body: JSON.stringify(event),
      ...(profile && { profile }),
    })
    const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const ran = await run(['doctor', ...flags, '--body', String(body)])
    expect(ran.stdout).toContain('so a receiver answers 422: data.')
  }
})

test('the plain secret of another wire is read in every way by doctor, and as it stands with its profile', async () => {
  const secret = { value: secrets.text, encoding: 'utf8' as const }
  const cwd = await folder({
    secret: `${secrets.text}\n`,
    'x.http': await dumpOf({ profile: hmacBody(), secret }),
  })
  const env = { AINEXLAYER_WEBHOOK_SECRET: '' }
  const found = await run(['doctor', 'x.http', '--secret-file', 'secret'], { cwd, env })
  expect(found.stdout).toContain('It is genuine with this receiver:')
  const verify = ['verify', '--request', 'x.http', '--profile', 'hmac-body']
  expect((await run([...verify, '--secret-file', 'secret'], { cwd, env })).exitCode).toBe(0)
  const { url } = await oursOnNode({ profile: hmacBody(), secret })
  const send = ['trigger', 'chat.message', '--to', url, '--profile', 'hmac-body']
  expect((await run(send, { env: textSecret })).exitCode).toBe(0)
  const replayed = await run(
    ['replay', 'x.http', '--to', url, '--profile', 'hmac-body', '--secret-file', 'secret'],
    { cwd, env },
  )
  expect(replayed.exitCode).toBe(0)
})

test.for<[more: string[], words: string]>([
  [[], '--secret-encoding utf8 (a string as it stands)'],
  [['--secret-encoding', 'base64'], '--secret-encoding'],
])(
  'what is wrong with a secret names the flag, and no option of code: %j',
  async ([more, words]) => {
    const ran = await run(['sign', '--body', 'x', ...more], { env: textSecret })
    expect(ran.exitCode).toBe(2)
    expect(ran.stderr).toContain(words)
    expect(ran.stderr).not.toMatch(/secret: \{|\{ value/)
  },
)

test.for<[profile: string, words: string]>([
  ['timestamped:hedaer=X', 'Did you mean header?'],
  ['svix:header=X', 'The profile svix has no header.'],
  ['timestampd', 'Did you mean timestamped?'],
  ['hmac-body:encoding=hexx', 'The encoding of a profile is hex or base64'],
  ['hmac-body:signed={time}', '{body}'],
])('a profile that cannot be meant is a wrong usage: %s', async ([profile, words]) => {
  const ran = await run(['sign', '--body', 'x', '--profile', profile])
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain(words)
})

test('a profile takes what those of core take: the signed text, its headers and the envelope', async () => {
  const profile =
    'hmac-body:header=X-Slack-Signature,prefix=v0=,signed=v0:{timestamp}:{body},timestampHeader=X-Slack-Request-Timestamp,type=event'
  const body = JSON.stringify({
    ...fixture('chat.message'),
    type: undefined,
    event: 'chat.message',
  })
  const { stdout } = await run(['sign', '--body', body, '--profile', profile])
  expect(stdout).toMatch(/x-slack-signature: v0=[0-9a-f]{64}/)
  const flags = stdout
    .trim()
    .split('\n')
    .flatMap((line) => ['-H', line])
  const verified = await run(['verify', ...flags, '--body', body, '--profile', profile])
  expect(verified.stdout).toMatch(/^PASS \S+ chat\.message/)
  const sent = await run(['trigger', 'chat.message', '--to', '127.0.0.1:9', '--profile', profile])
  expect(sent.exitCode).toBe(2)
  expect(sent.stderr).toContain('cannot be sent with the signed of a profile')
})

test('a body beside a file with a request is a wrong usage, and is not left out', async () => {
  const cwd = await folder({ 'raw.http': await dumpOf({}) })
  for (const args of [
    ['verify', '--request', 'raw.http', '--body', 'x'],
    ['doctor', 'raw.http', '--body', 'x'],
    ['doctor', 'raw.http', '-H', 'a: b'],
  ]) {
    const ran = await run(args, { cwd })
    expect(ran.exitCode).toBe(2)
    expect(ran.stderr).toContain('exclude each other')
  }
})

test('the time of arrival is ISO 8601 or unix seconds, and an old request says which flag tells it', async () => {
  const cwd = await folder({ 'raw.http': await dumpOf({ signedAt: 1_700_000_000 }) })
  const verify = ['verify', '--request', 'raw.http']
  const old = await run(verify, { cwd })
  expect(old.stdout).toContain('--at')
  expect(old.stdout).not.toContain('`now`')
  for (const at of ['1700000010', '2023-11-14T22:13:30Z']) {
    expect((await run([...verify, '--at', at], { cwd })).exitCode, at).toBe(0)
    expect((await run(['doctor', 'raw.http', '--at', at], { cwd })).exitCode, at).toBe(0)
  }
  expect((await run([...verify, '--at', '1700000010000'], { cwd })).stderr).toContain(
    'milliseconds',
  )
})

test('a genuine capture whose file was copied is signed anew; one that was too old when it came is not', async () => {
  const old = await dumpOf({ signedAt: 1_700_000_000 })
  const cwd = await folder({ 'a/copy.http': old, 'b/x-0001-msg_1.clock_ahead.http': old })
  const { url } = await oursOnNode()
  expect((await run(['replay', 'a', '--to', url], { cwd })).exitCode).toBe(0)
  const left = await run(['replay', 'b', '--to', url], { cwd })
  expect(left).toMatchObject({ exitCode: 1 })
  expect(left.stderr).toContain('(clock_ahead)')
})
