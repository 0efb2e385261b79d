import { createHmac } from 'node:crypto'
import { hmacBody } from '@ainexlayer/webhooks'
import { fixture, signedRequest } from '@ainexlayer/webhooks/testing'
import express from 'express'
import { expect, test } from 'vitest'
import { answersFirst, jsonAndEquals } from '../receivers/hand-written.ts'
import { oursInExpress, oursOnNode } from '../receivers/ours.ts'
import { started } from '../receivers/started.ts'
import { folder, run, secrets } from '../running.ts'

const event = fixture('chat.message', { content: "It's Gr\u00fc\u00dfe\n" })

const parts = async (more: Partial<Parameters<typeof signedRequest>[0]> = {}) => {
  const { headers, body } = await signedRequest({ event, ...more })
  return { headers: Object.entries(headers), body: String(body) }
}

/** One request in every form in which people have it. */
const forms = async () => {
  const { headers, body } = await parts()
  const head = headers.map(([name, value]) => `${name}: ${value}`)
  const quoted = `$'${body.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\u00fc', '\\u00fc')}'`
  const harRequest = {
    method: 'POST',
    url: 'http://127.0.0.1/hook',
    headers: headers.map(([name, value]) => ({ name, value })),
    postData: { text: body },
  }
  return {
    'a dump with CRLF': ['POST /hook HTTP/1.1', ...head, '', body].join('\r\n'),
    'a dump with LF, and a line break that an editor added': [
      'POST /hook HTTP/1.1',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...head,
      '',
      `${body}\n`,
    ].join('\n'),
    'a dump in chunks': [
      'POST /hook HTTP/1.1',
      'Transfer-Encoding: chunked',
      ...head,
      '',
      Buffer.byteLength(body).toString(16),
      body,
      '0',
      '',
      '',
    ].join('\r\n'),
    'a HAR file': JSON.stringify({ log: { entries: [{ request: harRequest }] } }),
    'a HAR entry': JSON.stringify({ request: harRequest }),
    'a curl line of a browser': `curl 'http://127.0.0.1/hook' \\\n${head.map((line) => `  -H '${line}' \\\n`).join('')}  --data-raw ${quoted}`,
  }
}

test('a genuine request passes in every form', async () => {
  for (const [form, input] of Object.entries(await forms())) {
    const ran = await run(['doctor', '-'], { input })
    expect(ran.stdout, form).toContain('PASS  ok: The request verifies.')
    expect(ran.exitCode, form).toBe(0)
  }
})

test('what is wrong is said in plain words, with how to mend it', async () => {
  const { headers, body } = await parts()
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  const input = ['POST / HTTP/1.1', ...lines, '', JSON.stringify(JSON.parse(body), null, 2)].join(
    '\n',
  )
  const ran = await run(['doctor', '-'], { input })
  expect(ran.exitCode).toBe(1)
  expect(ran.stdout).toContain('FAIL  body_pretty_printed: The JSON was pretty-printed on the way')
  expect(ran.stdout).toContain('hand over the bytes')
  const json = await run(['doctor', '-', '--json'], { input })
  expect(json.json()[0]).toMatchObject({ ok: false, code: 'body_pretty_printed', certain: true })
  const otherSecret = { AINEXLAYER_WEBHOOK_SECRET: secrets.other }
  const wrong = await run(['doctor', '-', '--json'], { input, env: otherSecret })
  expect(wrong.json()[0]).toMatchObject({ code: 'invalid_signature', certain: false })
})

test('a file is judged by the time at which it was caught, or the one that is told', async () => {
  const { headers, body } = await parts({ signedAt: 1_700_000_000 })
  const flags = headers.flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const late = await run(['doctor', ...flags, '--body', body])
  expect(late.stdout).toContain('clock_ahead')
  const then = await run(['doctor', ...flags, '--body', body, '--at', '1700000010'])
  expect(then.exitCode).toBe(0)
})

test('a request of another wire is recognised, and the receiver for it is printed', async () => {
  const { headers, body } = await parts({ profile: hmacBody({ header: 'X-Signature' }) })
  const input = [
    'POST / HTTP/1.1',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\n')
  const ran = await run(['doctor', '-'], { input })
  expect(ran.exitCode).toBe(1)
  expect(ran.stdout).toContain('It is genuine with this receiver:')
  expect(ran.stdout).toContain('createReceiver({')
  expect(ran.stdout).toContain("hmacBody({ header: 'x-signature'")
  const told = await run(['doctor', '-', '--profile', 'hmac-body:header=X-Signature'], { input })
  expect(told.exitCode).toBe(0)
})

test('a live endpoint that is right passes', async () => {
  const { url, observe } = await oursInExpress()
  const ran = await run(['doctor', url, '--observe', observe])
  expect(ran.exitCode).toBe(0)
  expect(ran.stdout).toContain('PASS  A genuine event is taken: 200, handled once')
  expect(ran.stdout).toContain('PASS  Its clock agrees with this one:')
  expect(ran.stdout).not.toMatch(/WARN|FAIL|SKIP/)
})

test('a live endpoint with faults: each is named, on a terminal in colours', async () => {
  const { url } = await jsonAndEquals()
  const ran = await run(['doctor', url], { terminal: true })
  expect(ran.exitCode).toBe(1)
  expect(ran.stdout).toContain(
    '\u001b[31mFAIL\u001b[39m  The same JSON in another spelling is taken: 401',
  )
  expect(ran.stdout).toContain('not `JSON.stringify(req.body)`')
  const early = await answersFirst()
  const judged = await run(['doctor', early.url, '--json'])
  expect(judged.json().filter(({ status }) => status === 'failed')).toEqual([])
})

const signs = (sign: (id: string, timestamp: string, body: Buffer) => string) => {
  const app = express()
  app.post('/webhooks', express.raw({ type: '*/*' }), (req, res) => {
    const due = sign(req.get('webhook-id') ?? '', req.get('webhook-timestamp') ?? '', req.body)
    res.sendStatus(req.get('webhook-signature') === due ? 200 : 401)
  })
  return started(app)
}

test.for<[mistake: string, sign: Parameters<typeof signs>[0], words: string]>([
  [
    'that takes the text of the secret for the key',
    (id, timestamp, body) =>
      `v1,${createHmac('sha256', secrets.test).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
    'the receiver takes a signature with the text of the secret as the key',
  ],
  [
    'that verifies the body alone',
    (_id, _timestamp, body) =>
      `v1,${createHmac('sha256', Buffer.from(secrets.test.slice(6), 'base64'))
        .update(body)
        .digest('base64')}`,
    'the receiver takes a signature over the body alone',
  ],
  [
    'that compares hexadecimal',
    (id, timestamp, body) =>
      createHmac('sha256', Buffer.from(secrets.test.slice(6), 'base64'))
        .update(`${id}.${timestamp}.${body}`)
        .digest('hex'),
    'the receiver takes a signature in hexadecimal',
  ],
])('the mistake of a receiver %s is found from outside', async ([, sign, words]) => {
  const { url } = await signs(sign)
  const ran = await run(['doctor', url])
  expect(ran.exitCode).toBe(1)
  expect(ran.stdout).toContain(words)
  expect(ran.stdout).toContain('SKIP  The same request again')
})

test('a redirect, a wrong path and a receiver of another wire are told apart', async () => {
  const moved = await started((_request, response) => {
    response.writeHead(308, { location: '/webhooks/' }).end()
  })
  const redirected = await run(['doctor', moved.url])
  expect(redirected.stdout).toContain(
    'FAIL  The address itself answers, and does not redirect: 308',
  )
  const { origin } = await oursInExpress()
  expect((await run(['doctor', `${origin}/hooks`])).stdout).toContain(
    'Nothing is served at this path',
  )
  const other = await oursOnNode({ profile: hmacBody() })
  const ran = await run(['doctor', other.url])
  expect(ran.exitCode).toBe(1)
  expect(ran.stdout).toContain('missing_header')
})

test('nobody there is exit 3; nothing to examine is exit 2', async () => {
  expect((await run(['doctor', 'http://127.0.0.1:9/'])).exitCode).toBe(3)
  const nothing = await run(['doctor'])
  expect(nothing.exitCode).toBe(2)
  expect(nothing.stderr).toContain('There is nothing to examine.')
  const file = await run(['doctor', 'captured.http'], { cwd: await folder() })
  expect(file.exitCode).toBe(2)
  const broken = await run(['doctor', '-'], { input: "curl 'http://x" })
  expect(broken.stderr).toContain('A quote in this curl line does not end.')
  const empty = await run(['doctor', '-'], { input: '{"log":{"entries":[]}}' })
  expect(empty.stderr).toContain('This JSON is not a HAR file')
})
