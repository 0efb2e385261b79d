import { signedRequest } from '@ainexlayer/webhooks/testing'
import { expect, test } from 'vitest'
import { folder, run, secrets } from '../running.ts'

const body = '{"type":"user.deleted","timestamp":"2024-01-15T10:30:00Z","data":{"id":"user-1"}}'

const headerFlags = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .flatMap((line) => ['-H', line])

test('what sign signs, verify passes', async () => {
  const signed = await run(['sign', '--body', body, '--id', 'msg_1'])
  expect(signed.exitCode).toBe(0)
  expect(signed.stdout).toMatch(
    /^webhook-id: msg_1\nwebhook-timestamp: \d+\nwebhook-signature: v1,\S+\n$/,
  )
  const flags = headerFlags(signed.stdout)
  const passed = await run(['verify', ...flags, '--body', body])
  expect(passed).toMatchObject({ exitCode: 0, stdout: 'PASS msg_1 user.deleted\n' })
  const failed = await run(['verify', ...flags, '--body', `${body} `])
  expect(failed.exitCode).toBe(1)
  expect(failed.stdout).toContain('FAIL invalid_signature')
  const json = await run(['verify', '--json', ...flags, '--body', `${body} `])
  expect(json.json()[0]).toMatchObject({ ok: false, code: 'invalid_signature' })
})

test('the time of a request and the tolerance can be told', async () => {
  const { headers } = await signedRequest({ body, id: 'msg_1', signedAt: 1_700_000_000 })
  const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const verify = (...more: string[]) => run(['verify', ...flags, '--body', body, ...more])
  expect((await verify()).stdout).toContain('FAIL timestamp_too_old')
  expect((await verify('--at', '1700000100')).exitCode).toBe(0)
  expect((await verify('--at', '1700000100', '--tolerance', '10')).exitCode).toBe(1)
})

test('sign writes a curl line that a shell understands, with a body that has quotes', async () => {
  const quoted = body.replace('user-1', "it's")
  const { stdout } = await run(['sign', '--body', quoted, '--curl', 'http://127.0.0.1:9/hook'])
  const { exitCode } = await run(['verify', '--request', '-'], { input: stdout })
  expect(stdout).toContain("curl -i 'http://127.0.0.1:9/hook'")
  expect(exitCode).toBe(0)
})

test('bodies come from files and from stdin', async () => {
  const cwd = await folder({ 'event.json': body })
  const more = ['--id', 'msg_1', '--timestamp', '1700000000', '--json']
  const all = await Promise.all([
    run(['sign', '--body', '@event.json', ...more], { cwd }),
    run(['sign', '--body', '-', ...more], { input: body }),
    run(['sign', '--body', body, ...more]),
  ])
  expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1)
})

test.for(['svix', 'timestamped', 'hmac-body:header=X-Signature,prefix=,encoding=base64'])(
  'sign and verify speak the profile %s',
  async (profile) => {
    const { stdout } = await run(['sign', '--profile', profile, '--body', body])
    const flags = headerFlags(stdout)
    expect((await run(['verify', '--profile', profile, ...flags, '--body', body])).exitCode).toBe(0)
    expect((await run(['verify', ...flags, '--body', body])).exitCode).toBe(1)
  },
)

test('a secret comes from a file, from the folder of dev, or from somebody who types it', async () => {
  const env = { AINEXLAYER_WEBHOOK_SECRET: '' }
  const cwd = await folder({ secret: `${secrets.other}\n`, '.ainexlayer/secret': secrets.other })
  const sign = ['sign', '--body', body, '--id', 'msg_1', '--timestamp', '1700000000']
  const expected = (await run(sign, { env: { AINEXLAYER_WEBHOOK_SECRET: secrets.other } })).stdout
  expect((await run([...sign, '--secret-file', 'secret'], { env, cwd })).stdout).toBe(expected)
  expect((await run(sign, { env, cwd })).stdout).toBe(expected)
  const typed = await run(sign, { env, terminal: true, input: `${secrets.other}\n` })
  expect(typed.stdout.replaceAll('\r', '')).toBe(expected)
  expect(typed.stderr).toContain('Signing secret')
  const flag = await run([...sign, '--secret', secrets.other], { env })
  expect(flag.stdout).toBe(expected)
  expect(flag.stderr).toContain('stays in the history of the shell')
})

test.for<[name: string, secret: string, more: string[], words: string]>([
  [
    'none',
    '',
    [],
    'There is no secret. Run `npx @ainexlayer/webhooks-cli dev URL` in this folder first',
  ],
  ['without its prefix', secrets.other.slice(6), [], 'encoding is not known'],
  ['cut off', secrets.other.slice(0, 20), [], 'bytes, fewer than'],
  ['that is no hexadecimal', secrets.text, ['--secret-encoding', 'hex'], 'not hexadecimal'],
  ['of an unknown encoding', secrets.text, ['--secret-encoding', 'rot13'], 'base64, base64url'],
])('a secret %s is exit 2, and is not repeated', async ([, secret, more, words]) => {
  const ran = await run(['sign', '--body', body, '--json', ...more], {
    env: { AINEXLAYER_WEBHOOK_SECRET: secret },
  })
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain(words)
  expect(ran.json()[0]?.['error']).toMatchObject({ message: expect.any(String) })
})

test('a secret of another encoding signs as core does', async () => {
  const env = { AINEXLAYER_WEBHOOK_SECRET: secrets.text }
  const flags = ['--secret-encoding', 'utf8']
  const { stdout } = await run(['sign', '--body', body, ...flags], { env })
  const verified = ['verify', ...headerFlags(stdout), '--body', body, ...flags]
  expect((await run(verified, { env })).exitCode).toBe(0)
})

test.for<[args: string[], words: string]>([
  [['verify'], 'There is no request.'],
  [['verify', '--request', 'nowhere.http'], 'nowhere.http cannot be read (ENOENT).'],
  [['verify', '--request', '-'], 'This is not a request that can be read.'],
  [['sign'], "required option '--body"],
  [['sign', '--body', 'x', '--timestamp', 'soon'], '--timestamp is a whole number'],
  [['sign', '--body', 'x', '--profile', 'morse'], 'There is no profile morse.'],
  [['sign', '--body', 'x', '--id', 'a.b'], '`id` cannot be signed'],
  [['singe'], 'Did you mean sign?'],
])('wrong usage is exit 2, and says what is wrong: %j', async ([args, words]) => {
  const ran = await run(args, { input: 'hello' })
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain(words)
})

test('secret generate prints a secret that signs, of as many bytes as asked for', async () => {
  const { stdout } = await run(['secret', 'generate', '--bytes', '24'], { mayShow: true })
  expect(stdout).toMatch(/^whsec_[A-Za-z0-9+/]{32}\n$/)
  const env = { AINEXLAYER_WEBHOOK_SECRET: stdout.trim() }
  expect((await run(['sign', '--body', body], { env })).exitCode).toBe(0)
  const json = await run(['secret', 'generate', '--json'], { mayShow: true })
  expect(json.json()[0]?.['secret']).toMatch(/^whsec_/)
  expect((await run(['secret', 'generate', '--bytes', '8'])).exitCode).toBe(2)
})
