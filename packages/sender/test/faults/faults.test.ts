import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { createReceiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { fixture, fixtures, testSecret } from '@ainexlayer/webhooks/testing'
import { expect, onTestFinished, test } from 'vitest'
import { type AttemptOptions, createMessage, type Fault } from '../../src/index.ts'
import { attempted as attemptedWith } from '../attempted.ts'

/** What came over one connection, byte for byte. */
interface Wire {
  text: string
  bytes: Buffer
  closed: boolean
  startedAt: number
  /** Milliseconds from the connection to the last byte. */
  lastByteAt: number
}

/** A bare socket that answers 200 once the body is there, and keeps every byte. */
const tap = async (
  answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok',
) => {
  const wires: Wire[] = []
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    const wire: Wire = {
      text: '',
      bytes: Buffer.alloc(0),
      closed: false,
      startedAt: performance.now(),
      lastByteAt: 0,
    }
    wires.push(wire)
    let answered = false
    socket.on('data', (chunk) => {
      wire.bytes = Buffer.concat([wire.bytes, chunk])
      wire.text = wire.bytes.toString('latin1')
      wire.lastByteAt = performance.now() - wire.startedAt
      if (/\r\nexpect: 100-continue\r\n/.test(wire.text) && wire.text.endsWith('\r\n\r\n')) {
        socket.write('HTTP/1.1 100 Continue\r\n\r\n')
        return
      }
      if (answered || !isWhole(wire.bytes)) return
      answered = true
      socket.end(answer)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      wire.closed = true
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  return { url, wires }
}

const split = (bytes: Buffer): { head: string; body: Buffer } | undefined => {
  const end = bytes.indexOf('\r\n\r\n')
  return end < 0
    ? undefined
    : { head: bytes.subarray(0, end).toString('latin1'), body: bytes.subarray(end + 4) }
}

const isWhole = (bytes: Buffer): boolean => {
  const parts = split(bytes)
  if (parts === undefined) return false
  const [, length] = /content-length: (\d+)/i.exec(parts.head) ?? []
  if (length !== undefined) return parts.body.length >= Number(length)
  return /chunked/i.test(parts.head) ? parts.body.toString().endsWith('0\r\n\r\n') : true
}

const headersOf = (wire: Wire | undefined, name: string): string[] =>
  (wire?.text.split('\r\n\r\n')[0] ?? '')
    .split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).trim())

const bodyOf = (wire: Wire | undefined): Buffer =>
  (wire === undefined ? undefined : split(wire.bytes))?.body ?? Buffer.alloc(0)

const message = createMessage(fixture('user.updated'))
const old = `whsec_${Buffer.alloc(32, 9).toString('base64')}`

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

const attempted = (url: string, options: Partial<AttemptOptions> = {}) =>
  attemptedWith(url, {
    endpoint: { url, secrets: [testSecret], retiredSecrets: [old] },
    message,
    ...options,
  })

/** Sends one attempt with a fault to a tap. */
const suffer = async (fault: Fault, more: { url?: string; happens?: boolean } = {}) => {
  const { url, wires } = await tap()
  const attempt = await attempted(more.url ?? url, { faults: [fault] })
  expect(attempt.faults).toEqual(more.happens === false ? [] : [fault])
  const [wire] = wires
  return { attempt, wire, wires, body: bodyOf(wire) }
}

/** What a secret signs for what came over the wire. */
const signatureOf = (wire: Wire | undefined, body: Uint8Array, secret = testSecret): string => {
  const [id] = headersOf(wire, 'webhook-id')
  const [timestamp] = headersOf(wire, 'webhook-timestamp')
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body)
  return `v1,${hmac.digest('base64')}`
}

const sent = (wire: Wire | undefined): string => headersOf(wire, 'webhook-signature').join(', ')

test('duplicate sends the very same request again, later or at once', async () => {
  for (const concurrent of [false, true]) {
    const { attempt, wires } = await suffer({ kind: 'duplicate', times: 2, concurrent })
    expect(wires).toHaveLength(3)
    const cleaned = wires.map(({ text }) => text.replace(/\r\nconnection: [\w-]+/gi, ''))
    expect(new Set(cleaned).size).toBe(1)
    expect(attempt.copies).toEqual([200, 200])
  }
})

test('replayBurst sends a captured request again, with its old timestamp and signature', async () => {
  const { wires } = await suffer({ kind: 'replayBurst', times: 3, spacingMs: 1 })
  expect(wires).toHaveLength(4)
  expect(new Set(wires.map((wire) => headersOf(wire, 'webhook-timestamp').join())).size).toBe(1)
  expect(new Set(wires.map(sent)).size).toBe(1)
})

test('ackLost delivers the whole body and takes no answer', async () => {
  const { attempt, body } = await suffer({ kind: 'ackLost' })
  expect(body).toEqual(message.body)
  expect(attempt).toMatchObject({ outcome: 'failed', error: { code: 'connection_reset' } })
})

test.for([
  ['flipByte', (text: string) => expect(text).toHaveLength(message.body.length)],
  ['append', (text: string) => expect(text).toBe(`${Buffer.from(message.body)} `)],
  ['reserialize', (text: string) => expect(text).toContain('\n  "type"')],
  ['trailingNewline', (text: string) => expect(text).toBe(`${Buffer.from(message.body)}\n`)],
  ['bom', (text: string) => expect(text.charCodeAt(0)).toBe(0xfeff)],
  ['crlf', (text: string) => expect(text).toBe(`${Buffer.from(message.body)}\r\n`)],
] as const)('tamperBody %s changes the body after it was signed', async ([how, check]) => {
  const { wire, body } = await suffer({ kind: 'tamperBody', how })
  expect(sent(wire)).toBe(signatureOf(wire, message.body))
  expect(body).not.toEqual(message.body)
  check(body.toString())
})

test.for([
  ['missing', (all: string[]) => expect(all).toEqual([])],
  ['empty', (all: string[]) => expect(all).toEqual([''])],
  ['truncated', ([one = '']: string[]) => expect(one).toHaveLength(39)],
  ['hex', ([one = '']: string[]) => expect(one).toMatch(/^v1,[0-9a-f]{64}$/)],
  ['v2Only', ([one = '']: string[]) => expect(one).toMatch(/^v2,.{44}$/)],
  ['nonAscii', ([one = '']: string[]) => expect(one).toMatch(/é/)],
  ['garbage', ([one = '']: string[]) => expect(one).toBe(',,v1 v1,, =v1,%00')],
] as const)('badSignature %s shows in the header', async ([how, check]) => {
  const { wire, body } = await suffer({ kind: 'badSignature', how })
  expect(body).toEqual(message.body)
  check(headersOf(wire, 'webhook-signature'))
})

test('badSignature wrongSecret is well formed and signed by nobody', async () => {
  const { wire } = await suffer({ kind: 'badSignature', how: 'wrongSecret' })
  expect(sent(wire)).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/)
  expect(sent(wire)).not.toBe(signatureOf(wire, message.body))
})

test('multiSignature puts a good one among others', async () => {
  const first = await suffer({ kind: 'multiSignature', how: 'badThenGood' })
  const good = signatureOf(first.wire, message.body)
  expect(sent(first.wire).split(' ')).toEqual([expect.not.stringContaining(good), good])
  const lines = await suffer({ kind: 'multiSignature', how: 'duplicateHeaderLines' })
  expect(headersOf(lines.wire, 'webhook-signature')).toHaveLength(2)
  const many = await suffer({ kind: 'multiSignature', how: 'many' })
  expect(sent(many.wire).split(' ')).toHaveLength(100)
  expect(sent(many.wire).split(' ').at(-1)).toBe(signatureOf(many.wire, message.body))
})

test('secretRotation signs with the old, the new, both or an expired secret', async () => {
  const signed = async (how: 'old' | 'new' | 'both' | 'expired') => {
    // With one secret the new one signs anyway, so that it is no fault.
    const { wire } = await suffer({ kind: 'secretRotation', how }, { happens: how !== 'new' })
    const names = new Map([
      [signatureOf(wire, message.body), 'new'],
      [signatureOf(wire, message.body, old), 'old'],
    ])
    return sent(wire)
      .split(' ')
      .map((one) => names.get(one))
  }
  expect(await signed('new')).toEqual(['new'])
  expect(await signed('old')).toEqual(['old'])
  expect(await signed('both')).toEqual(['new', 'old'])
  expect(await signed('expired')).toEqual(['old'])
})

test('timestamp is signed as it stands, whatever it is', async () => {
  const timed = async (fault: Fault) => {
    const { wire } = await suffer(fault)
    expect(sent(wire)).toBe(signatureOf(wire, message.body))
    return headersOf(wire, 'webhook-timestamp')[0] ?? ''
  }
  const now = Date.now() / 1000
  const offset = await timed({ kind: 'timestamp', how: 'offset', offsetSeconds: 600 })
  expect(Math.abs(Number(offset) - now - 600)).toBeLessThan(5)
  expect(await timed({ kind: 'timestamp', how: 'milliseconds' })).toMatch(/^\d{13}$/)
  expect(await timed({ kind: 'timestamp', how: 'float' })).toMatch(/^\d{10}\.5$/)
  expect(await timed({ kind: 'timestamp', how: 'text' })).toMatch(/^\d{4}-\d\d-\d\dT/)
  const { wire } = await suffer({ kind: 'timestamp', how: 'missing' })
  expect(headersOf(wire, 'webhook-timestamp')).toEqual([])
})

test('idTrick plays with the id', async () => {
  const ids = async (how: 'missing' | 'dot' | 'huge' | 'duplicateLine') =>
    headersOf((await suffer({ kind: 'idTrick', how })).wire, 'webhook-id')
  expect(await ids('missing')).toEqual([])
  expect(await ids('dot')).toEqual([`${message.id}.dot`])
  expect((await ids('huge'))[0]?.length).toBeGreaterThan(10_000)
  expect(await ids('duplicateLine')).toEqual([message.id, `${message.id}_other`])
  const other = await suffer({ kind: 'idTrick', how: 'sameIdOtherBody' })
  expect(headersOf(other.wire, 'webhook-id')).toEqual([message.id])
  expect(other.body).not.toEqual(message.body)
  expect(sent(other.wire)).toBe(signatureOf(other.wire, other.body))
})

test('slowBody and slowHeaders drip', async () => {
  const perSecond = 4000
  for (const kind of ['slowBody', 'slowHeaders'] as const) {
    const { wire, attempt, body } = await suffer({ kind, bytesPerSecond: perSecond })
    const dripped = kind === 'slowBody' ? body.length : (wire?.bytes.length ?? 0) - body.length
    expect(wire?.lastByteAt).toBeGreaterThan((dripped / perSecond) * 1000 * 0.4)
    expect(body).toEqual(message.body)
    expect(attempt.outcome).toBe('delivered')
  }
})

test('truncate sends less than it announced, then resets', async () => {
  const { attempt, body, wire } = await suffer({ kind: 'truncate', atByte: 10 })
  expect(body.length).toBeLessThanOrEqual(10)
  expect(headersOf(wire, 'content-length')).toEqual([String(message.body.length)])
  expect(attempt.error?.code).toBe('connection_reset')
})

test('dropConnection closes before the request, in its headers or in its body', async () => {
  const dropped = async (when: 'beforeRequest' | 'midHeaders' | 'midBody') => {
    const { attempt, wires } = await suffer({ kind: 'dropConnection', when })
    expect(attempt.error?.code).toBe('connection_reset')
    await expect.poll(() => wires[0]?.closed).toBe(true)
    return wires[0]
  }
  expect((await dropped('beforeRequest'))?.text).toBe('')
  const half = await dropped('midHeaders')
  expect(half?.text).toMatch(/^POST/)
  expect(half?.text).not.toContain('\r\n\r\n')
  const body = bodyOf(await dropped('midBody'))
  expect(body.length).toBeLessThan(message.body.length)
})

test('impatient gives up early', async () => {
  const server = createHttp(() => {}).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const { attempt } = await suffer({ kind: 'impatient', timeoutMs: 30 }, { url })
  expect(attempt.error).toEqual({ code: 'timeout', message: 'no complete answer within 30 ms' })
  expect(attempt.durationMs).toBeLessThan(1000)
})

test('encoding changes how the body travels', async () => {
  const gzip = await suffer({ kind: 'encoding', how: 'gzip' })
  expect(headersOf(gzip.wire, 'content-encoding')).toEqual(['gzip'])
  expect(gunzipSync(gzip.body)).toEqual(message.body)
  expect(sent(gzip.wire)).toBe(signatureOf(gzip.wire, gzip.body))
  const chunked = await suffer({ kind: 'encoding', how: 'chunked' })
  expect(headersOf(chunked.wire, 'transfer-encoding')).toEqual(['chunked'])
  expect(headersOf(chunked.wire, 'content-length')).toEqual([])
  const bare = await suffer({ kind: 'encoding', how: 'noLength' })
  expect(headersOf(bare.wire, 'content-length')).toEqual([])
  expect(headersOf(bare.wire, 'transfer-encoding')).toEqual([])
  const typed = await suffer({ kind: 'encoding', how: 'wrongContentType' })
  expect(headersOf(typed.wire, 'content-type')).toEqual(['text/plain'])
  const asking = await suffer({ kind: 'encoding', how: 'expect100' })
  expect(headersOf(asking.wire, 'expect')).toEqual(['100-continue'])
  expect(asking.attempt.outcome).toBe('delivered')
})

test.for([
  ['notJson', 'this is not JSON'],
  ['oversize', 'xxxxxxxx'],
  ['deepNesting', '[[[[[['],
  ['duplicateKeys', '"type":"user.login"'],
  ['protoKey', '"__proto__"'],
  ['bigInt', '123456789012345678901234567890'],
] as const)('payload %s is odd, and signed', async ([how, holds]) => {
  const { wire, body } = await suffer({ kind: 'payload', how })
  expect(body.toString()).toContain(holds)
  expect(sent(wire)).toBe(signatureOf(wire, body))
  if (how === 'oversize') expect(body.length).toBeGreaterThan(1024 * 1024)
})

test('payload invalidUtf8 is not UTF-8, and signed', async () => {
  const { wire, body } = await suffer({ kind: 'payload', how: 'invalidUtf8' })
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(body)).toThrow()
  expect(sent(wire)).toBe(signatureOf(wire, body))
})

test.for(Object.keys(fixtures) as (keyof typeof fixtures)[])(
  'a receiver takes what is new in %s, and refuses what is missing',
  async (type) => {
    const handled: unknown[] = []
    const receiver = createReceiver({ secret: testSecret, logger: quiet })
      .on('*', ({ data }) => void handled.push(data))
      .onUnknown(({ type: unknown }) => void handled.push(unknown))
    const server = createHttp(nodeListener(receiver)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const answerTo = async (fault: Fault) =>
      (await attempted(url, { faults: [fault], message: createMessage(fixture(type)) })).response
        ?.statusCode
    expect(await answerTo({ kind: 'schema', how: 'extraField' })).toBe(200)
    expect(await answerTo({ kind: 'schema', how: 'newEnumValue' })).toBe(200)
    expect(await answerTo({ kind: 'schema', how: 'unknownType' })).toBe(200)
    expect(await answerTo({ kind: 'schema', how: 'missingField' })).toBe(422)
    expect(handled).toEqual([
      expect.objectContaining({ unheardOf: 1 }),
      expect.toSatisfy((data: object) => Object.values(data).includes('unheard-of')),
      'platform.unheard_of',
    ])
  },
)

test.for([
  ['document.processed', 'status'],
  ['user.logout', 'reason'],
  ['user.login', 'method'],
  ['chat.message', 'role'],
] as const)('schema newEnumValue of %s is a value of its %s', async ([type, field]) => {
  const { url, wires } = await tap()
  const faults: Fault[] = [{ kind: 'schema', how: 'newEnumValue' }]
  await attempted(url, { faults, message: createMessage(fixture(type)) })
  const { data } = JSON.parse(bodyOf(wires[0]).toString())
  expect(data).toEqual({ ...fixtures[type].data, [field]: 'unheard-of' })
})

test('of faults that contradict each other those are logged that happened', async () => {
  const { url } = await tap()
  const notJson: Fault = { kind: 'payload', how: 'notJson' }
  const others: Fault[] = [
    { kind: 'tamperBody', how: 'reserialize' },
    { kind: 'schema', how: 'extraField' },
    { kind: 'idTrick', how: 'sameIdOtherBody' },
  ]
  for (const other of others) {
    const attempt = await attempted(url, { faults: [other, notJson] })
    expect(attempt.outcome).toBe('delivered')
    expect(attempt.faults).toEqual([notJson])
  }
  const gzipped: Fault[] = [{ kind: 'encoding', how: 'gzip' }, others[0] ?? notJson]
  expect(await attempted(url, { faults: gzipped })).toMatchObject({
    outcome: 'delivered',
    faults: [gzipped[0]],
  })
})

test.for([
  ['unknownType', { type: 'platform.unheard_of' }],
  ['missingField', { data: {} }],
  ['extraField', { data: { unheardOf: 1 } }],
  ['newEnumValue', { data: { role: 'unheard-of' } }],
] as const)('schema %s is signed', async ([how, holds]) => {
  const { wire, body } = await suffer({ kind: 'schema', how })
  expect(JSON.parse(body.toString())).toMatchObject(holds)
  expect(sent(wire)).toBe(signatureOf(wire, body))
})
