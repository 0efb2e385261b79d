import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createReceiver } from '../../src/index.ts'
import { nodeListener } from '../../src/node/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
let server: Server
let socket: Socket
let handled: string[]
let received = ''

beforeEach(async () => {
  handled = []
  received = ''
  const receiver = createReceiver({ secret: testSecret, logger: quiet, readTimeoutMs: 2000 })
  receiver.on('chat.message', (event) => void handled.push(event.id))
  server = createServer(nodeListener(receiver)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1')
  socket.setNoDelay().on('data', (chunk) => {
    received += chunk
  })
  await once(socket, 'connect')
})

afterEach(() => {
  socket.destroy()
  server.close()
})

/** A delivery as the two parts of which it consists on the wire. */
const delivery = async (id: string): Promise<{ head: string; body: string }> => {
  const request = await signedRequest({ event: fixture('chat.message'), id })
  const body = String(request.body)
  const lines = Object.entries({ host: 'test', 'content-length': body.length, ...request.headers })
  return {
    head: `POST / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    body,
  }
}

const answers = (count: number): Promise<void> =>
  vi.waitFor(() =>
    expect(received.split('HTTP/1.1 ').slice(1)).toEqual(
      Array.from({ length: count }, () => expect.stringMatching(/^200 /)),
    ),
  )

/** Writes the first part, and the second when the server has begun with the request. */
const writeInTwo = async (first: string, second: string): Promise<void> => {
  const begun = once(server, 'request')
  socket.write(first)
  await begun
  socket.write(second)
}

test('one connection carries bodies that came with their headers, and others that came later', async () => {
  const [first, second, third] = [await delivery('a'), await delivery('b'), await delivery('c')]
  socket.write(first.head + first.body)
  await answers(1)
  await writeInTwo(second.head, second.body)
  await answers(2)
  await writeInTwo(third.head + third.body.slice(0, 10), third.body.slice(10))
  await answers(3)
  expect(handled).toEqual(['a', 'b', 'c'])
})

test('deliveries that come in one packet are answered in their order, each with its own body', async () => {
  const sent = await Promise.all(['a', 'b', 'c', 'd'].map(delivery))
  socket.write(sent.map(({ head, body }) => head + body).join(''))
  await answers(4)
  expect(handled).toEqual(['a', 'b', 'c', 'd'])
})

test('a second listener for requests, which reads after the receiver has begun, takes nothing away', async () => {
  let observed = 0
  server.on('request', (request) => {
    request.on('data', (chunk: Buffer) => {
      observed += chunk.length
    })
  })
  const { head, body } = await delivery('a')
  socket.write(head + body)
  await answers(1)
  expect([handled, observed]).toEqual([['a'], body.length])
})

test('what begins to read in the turn of the receiver gets all of a body that had arrived before', async () => {
  let observed = 0
  const [receive] = server.listeners('request')
  server.removeAllListeners('request').on('request', async (request, response) => {
    await setImmediate()
    expect(request.readableLength).toBeGreaterThan(0)
    receive?.call(server, request, response)
    request.pipe(new PassThrough()).on('data', (chunk: Buffer) => {
      observed += chunk.length
    })
  })
  const { head, body } = await delivery('a')
  socket.write(head + body)
  await answers(1)
  expect([handled, observed]).toEqual([['a'], body.length])
})

test('what throws in a listener is answered, and ends no process', async () => {
  server.removeAllListeners('request')
  const broken = {
    handle: () => Promise.reject(new Error('a wrapper around a receiver that throws')),
  }
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  server.on('request', nodeListener(broken))
  const { head, body } = await delivery('a')
  socket.write(head + body)
  await vi.waitFor(() => expect(received).toMatch(/^HTTP\/1\.1 500 /))
  expect(received).toContain('{"error":"misconfigured"}')
  expect(error).toHaveBeenCalledOnce()
  error.mockRestore()
})

test('a remoteAddress option that throws is answered, and ends no process', async () => {
  server.removeAllListeners('request')
  const receiver = createReceiver({
    secret: testSecret,
    logger: quiet,
    allowAddress: () => true,
    hooks: { onFailed: () => {} },
  })
  const remoteAddress = () => {
    throw new TypeError('Cannot read properties of undefined')
  }
  server.on('request', nodeListener(receiver, { remoteAddress }))
  const { head, body } = await delivery('a')
  socket.write(head + body)
  await vi.waitFor(() => expect(received).toMatch(/^HTTP\/1\.1 403 /))
  expect(received).toContain('{"error":"address_not_allowed"}')
})

test('a receiver that is closing ends the connection with its answer, which a caller would keep otherwise', async () => {
  server.removeAllListeners('request')
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
  server.on('request', nodeListener(receiver))
  const { head, body } = await delivery('a')
  socket.write(head + body)
  await answers(1)
  expect(received).toContain('Connection: keep-alive')
  await receiver.close()
  received = ''
  const ended = once(socket, 'end')
  socket.write(head + body)
  await ended
  expect(received).toMatch(/^HTTP\/1\.1 503 /)
  expect(received).toMatch(/^connection: close\r$/m)
  expect(received).toContain('{"error":"closing"}')
})
