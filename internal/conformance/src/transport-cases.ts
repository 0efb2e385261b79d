import assert from 'node:assert/strict'
import { Agent, request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { createReceiver, type Receiver, type ReceiverOptions } from '@ainexlayer/webhooks'
import {
  fixture,
  type SignedRequest,
  signedRequest,
  testSecret,
} from '@ainexlayer/webhooks/testing'
import { type AdapterCase, type RunningServer, testOptions } from './adapter-case.ts'
import { chunk, lastChunk, postHead, rawRequest } from './raw-request.ts'

const options = testOptions(testSecret)

interface Watched {
  readonly receiver: Receiver
  /** The bodies that the handlers received. */
  readonly bodies: string[]
}

const watched = (more: Partial<ReceiverOptions> = {}): Watched => {
  const bodies: string[] = []
  const receiver = createReceiver({ ...options, ...more }).on('*', (_, ctx) => {
    bodies.push(new TextDecoder().decode(ctx.rawBody))
  })
  return { receiver, bodies }
}

const transportCase = (
  name: string,
  more: Partial<ReceiverOptions>,
  check: (server: RunningServer, seen: Watched) => Promise<void>,
): AdapterCase => ({
  name,
  run: async (start) => {
    const seen = watched(more)
    const server = await start(seen.receiver)
    try {
      await check(server, seen)
    } finally {
      await server.close()
    }
  },
})

const post = (server: RunningServer, request: SignedRequest): Promise<Response> =>
  fetch(server.origin + server.path, request)

const stillAlive = async (server: RunningServer): Promise<void> => {
  const response = await post(server, await signedRequest({ event: fixture('user.login') }))
  assert.equal(response.status, 200)
}

const oddBodies = (id: string): readonly string[] => [
  `{ "type":"chat.message",\n  "timestamp": "2024-01-15T10:30:00Z",  "data": {"id":"m","conversationId":"c","workspaceId":"w","price":1.0,"big":9007199254740993,"text":"a & b $& $$ \\/ \\u00e9 héllo 😀 ${id}"} }\n`,
  `{"type":"chat.message","timestamp":"2024-01-15T10:30:00Z","data":{"id":"m","conversationId":"c","workspaceId":"w","content":"${'😀'.repeat(5000)}"}}`,
]

const noListeners = { waitMs: 30 }

/** A body of which only the beginning comes. */
const sendHalf = async (server: RunningServer): Promise<{ status: number; retryAfter: string }> => {
  const { headers, body } = await signedRequest({ event: fixture('chat.message') })
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      server.origin + server.path,
      { method: 'POST', agent: false, headers: { ...headers, 'content-length': body.length } },
      ({ statusCode = 0, headers: answered }) => {
        outgoing.destroy()
        resolve({ status: statusCode, retryAfter: answered['retry-after'] ?? '' })
      },
    )
    outgoing.on('error', reject).write(body.slice(0, 20))
  })
}

/** Each byte as a chunk of its own. */
const bytewise = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat(Array.from(bytes, (byte) => chunk(Uint8Array.of(byte))))

/** Misbehaving bodies, connections and clients, over real sockets. */
export const transportCases: readonly AdapterCase[] = [
  transportCase('bodies arrive byte for byte, whatever their layout', {}, async (server, seen) => {
    for (const [index, body] of oddBodies('bytes').entries()) {
      const request = await signedRequest({ body, id: `msg_bytes_${index}` })
      assert.equal((await post(server, request)).status, 200)
      assert.equal(seen.bodies[index], body)
    }
  }),
  transportCase('a chunked body whose chunks cut an emoji', {}, async (server, seen) => {
    const body = oddBodies('chunks')[0] ?? ''
    const { headers } = await signedRequest({ body, id: 'msg_chunks' })
    const bytes = Buffer.from(body)
    const cut = bytes.indexOf(Buffer.from('😀')) + 2
    const answer = await rawRequest(server.origin, [
      postHead(server.path, { ...headers, 'transfer-encoding': 'chunked' }),
      chunk(bytes.subarray(0, cut)),
      noListeners,
      chunk(bytes.subarray(cut)),
      lastChunk,
    ])
    assert.equal(answer.status, 200)
    assert.equal(seen.bodies[0], body)
  }),
  transportCase('a body in chunks of one byte', {}, async (server, seen) => {
    const body = oddBodies('bytewise')[1] ?? ''
    const { headers } = await signedRequest({ body, id: 'msg_bytewise' })
    const answer = await rawRequest(server.origin, [
      postHead(server.path, { ...headers, 'transfer-encoding': 'chunked' }),
      bytewise(Buffer.from(body)),
      lastChunk,
    ])
    assert.equal(answer.status, 200)
    assert.equal(seen.bodies[0], body)
  }),
  transportCase(
    'more slow bodies than may be under way are answered 503',
    { maxBodiesInFlight: 2, readTimeoutMs: 1000, random: () => 0 },
    async (server) => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => sendHalf(server)))
      const refused = answers.filter(({ status }) => status === 503)
      assert.deepEqual(refused, Array(3).fill({ status: 503, retryAfter: '5' }))
      assert.equal(answers.filter(({ status }) => status === 408).length, 2)
      await stillAlive(server)
    },
  ),
  transportCase('the content type does not matter', {}, async (server) => {
    for (const contentType of [
      'text/plain',
      'application/octet-stream',
      'Application/JSON; charset=utf-8',
      'application/x-www-form-urlencoded',
    ]) {
      const request = await signedRequest({
        event: fixture('chat.message'),
        headers: { 'content-type': contentType },
      })
      assert.equal((await post(server, request)).status, 200, contentType)
    }
  }),
  transportCase(
    'gzip is not unpacked: the bytes that arrive are the bytes that count',
    {},
    async (server, seen) => {
      const event = fixture('chat.message')
      const packed = new Uint8Array(gzipSync(JSON.stringify(event)))
      const { headers } = await signedRequest({ event, headers: { 'content-encoding': 'gzip' } })
      const overPlain = await post(server, { method: 'POST', headers, body: packed })
      assert.equal(overPlain.status, 401)
      const overPacked = await post(server, {
        ...(await signedRequest({
          body: packed,
          id: event.id,
          headers: { 'content-encoding': 'gzip' },
        })),
      })
      assert.equal(overPacked.status, 422)
      assert.deepEqual(seen.bodies, [])
    },
  ),
  transportCase(
    'a body that says it is too large is refused before it is sent',
    {},
    async (server) => {
      const { headers } = await signedRequest({ event: fixture('chat.message') })
      const answer = await rawRequest(server.origin, [
        postHead(server.path, { ...headers, 'content-length': String(10 * 1024 * 1024) }),
      ])
      assert.deepEqual(answer, { status: 413, body: '{"error":"body_too_large"}' })
      await stillAlive(server)
    },
  ),
  transportCase('a client that sends 10 MiB gets to read the 413', {}, async (server, seen) => {
    const body = 'x'.repeat(10 * 1024 * 1024)
    const response = await post(server, await signedRequest({ body, id: 'msg_large' }))
    assert.equal(response.status, 413)
    assert.equal(await response.text(), '{"error":"body_too_large"}')
    assert.deepEqual(seen.bodies, [])
    await stillAlive(server)
  }),
  transportCase('a chunked body without an announced length is cut off', {}, async (server) => {
    const { headers } = await signedRequest({ event: fixture('chat.message') })
    const megabyte = chunk(new Uint8Array(1024 * 1024).fill(0x78))
    const answer = await rawRequest(server.origin, [
      postHead(server.path, { ...headers, 'transfer-encoding': 'chunked' }),
      megabyte,
      megabyte,
    ])
    assert.deepEqual(answer, { status: 413, body: '{"error":"body_too_large"}' })
    await stillAlive(server)
  }),
  transportCase(
    'a body that comes too slowly is timed out',
    { readTimeoutMs: 100 },
    async (server, seen) => {
      const { headers } = await signedRequest({ event: fixture('chat.message') })
      const answer = await rawRequest(server.origin, [
        postHead(server.path, { ...headers, 'content-length': '100' }),
        '{"type"',
      ])
      assert.deepEqual(answer, { status: 408, body: '{"error":"body_read_timeout"}' })
      assert.deepEqual(seen.bodies, [])
      await stillAlive(server)
    },
  ),
  transportCase('a client that hangs up in the middle of its body', {}, async (server, seen) => {
    const { headers, body } = await signedRequest({ event: fixture('chat.message') })
    const { hostname, port } = new URL(server.origin)
    await new Promise<void>((resolve) => {
      const aborted = httpRequest({
        hostname,
        port,
        path: server.path,
        method: 'POST',
        headers: { ...headers, 'content-length': body.length },
      })
      aborted.on('error', () => resolve())
      aborted.write(body.slice(0, 20), () => aborted.destroy(new Error('hung up')))
    })
    await stillAlive(server)
    assert.equal(seen.bodies.length, 1)
  }),
  transportCase('an empty body is an answer and not a hang', {}, async (server) => {
    const { headers } = await signedRequest({ body: '', id: 'msg_empty' })
    const response = await post(server, { method: 'POST', headers, body: '' })
    assert.equal(response.status, 422)
  }),
  transportCase('another path is left to the framework', {}, async (server) => {
    const { headers, body } = await signedRequest({ event: fixture('chat.message') })
    const bytes = Buffer.from(body)
    // On its own connection: a framework may leave the body of an unknown route unread.
    const own = { ...headers, connection: 'close', 'content-length': String(bytes.length) }
    const answer = await rawRequest(server.origin, [
      postHead(`${server.path}-elsewhere`, own),
      bytes,
    ])
    assert.equal(answer.status, 404)
  }),
  transportCase('a GET is never handled', {}, async (server, seen) => {
    // Over its own socket: Next, in this process, replaces `fetch` and caches the answers to GET.
    const head = postHead(server.path, { connection: 'close' }).replace('POST', 'GET')
    const { status } = await rawRequest(server.origin, [head])
    assert.ok(status === 404 || status === 405, String(status))
    assert.deepEqual(seen.bodies, [])
  }),
  transportCase('the connection lives on after a refusal', {}, async (server) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const { hostname, port } = new URL(server.origin)
    const send = async (request: SignedRequest): Promise<{ status: number; reused: boolean }> =>
      new Promise((resolve, reject) => {
        const outgoing = httpRequest(
          { agent, hostname, port, path: server.path, method: 'POST', headers: request.headers },
          (response) => {
            response
              .resume()
              .on('end', () =>
                resolve({ status: response.statusCode ?? 0, reused: outgoing.reusedSocket }),
              )
          },
        )
        outgoing.on('error', reject).end(request.body)
      })
    const forged = { ...(await signedRequest({ event: fixture('chat.message') })), body: '{}' }
    assert.equal((await send(forged)).status, 401)
    const genuine = await signedRequest({ event: fixture('chat.message') })
    assert.deepEqual(await send(genuine), { status: 200, reused: true })
    agent.destroy()
  }),
  transportCase(
    'of 100 identical deliveries at once the handler runs one',
    {},
    async (server, seen) => {
      const request = await signedRequest({ event: fixture('chat.message') })
      const responses = await Promise.all(Array.from({ length: 100 }, () => post(server, request)))
      const answers = await Promise.all(
        responses.map(async (response) => `${response.status} ${await response.text()}`),
      )
      assert.equal(seen.bodies.length, 1)
      assert.equal(answers.filter((answer) => answer === '200 {"outcome":"processed"}').length, 1)
      for (const answer of answers) {
        assert.match(
          answer,
          /^(200 \{"outcome":"(processed|duplicate)"\}|409 \{"outcome":"in_flight"\})$/,
        )
      }
    },
  ),
  transportCase('200 events at once are each handled once', {}, async (server, seen) => {
    const requests = await Promise.all(
      Array.from({ length: 200 }, () => signedRequest({ event: fixture('document.uploaded') })),
    )
    const responses = await Promise.all(requests.map((request) => post(server, request)))
    assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([200]))
    assert.deepEqual(new Set(seen.bodies), new Set(requests.map(({ body }) => body)))
    assert.equal(seen.bodies.length, 200)
    await Promise.all(responses.map((response) => response.body?.cancel()))
  }),
]
