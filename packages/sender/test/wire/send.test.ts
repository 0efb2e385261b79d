import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecure } from 'node:https'
import {
  type AddressInfo,
  createServer as createTcp,
  type LookupFunction,
  type Server,
} from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { guardedLookup } from '../../src/delivery/guarded-lookup.ts'
import type { Fault } from '../../src/index.ts'
import { attempted } from '../attempted.ts'
import { certificate, privateKey } from './localhost-certificate.ts'

const strict = guardedLookup({ allowPrivateTargets: false })
const slowly: Fault = { kind: 'slowBody', bytesPerSecond: 100_000 }

const portOf = async (server: Server & { closeAllConnections(): void }): Promise<number> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const answering =
  (answer: RequestListener): RequestListener =>
  (request, response) => {
    request.resume().on('end', () => answer(request, response))
  }

const ok = answering((_, response) => void response.end('ok'))

test('a private address is refused however the host names it, even where a connection to it is kept', async () => {
  let requests = 0
  const port = await portOf(
    createServer(
      answering((_, response) => {
        requests++
        response.end()
      }),
    ),
  )
  const named = `http://localhost:${port}/`
  const literal = `http://127.0.0.1:${port}/`
  for (const url of [named, literal])
    expect(await attempted(url)).toMatchObject({ outcome: 'delivered' })
  for (const url of [named, literal]) {
    for (const faults of [[], [slowly]]) {
      const attempt = await attempted(url, { lookup: strict, faults })
      expect(attempt.error?.code, url).toBe('blocked_address')
    }
  }
  expect(requests).toBe(2)
})

test('an ordinary attempt takes over a kept connection, one with a fault has its own', async () => {
  const ports: (number | undefined)[] = []
  const port = await portOf(
    createServer(
      answering((request, response) => {
        ports.push(request.socket.remotePort)
        response.end()
      }),
    ),
  )
  const url = `http://127.0.0.1:${port}/`
  for (const faults of [[], [], [{ kind: 'timestamp' }] as const, []])
    await attempted(url, { faults })
  expect(new Set(ports).size).toBe(2)
  expect(ports[2]).not.toBe(ports[1])
})

test.for([
  ['truncate', 'connection_reset'],
  ['ackLost', 'connection_reset'],
  ['dropConnection', 'connection_reset'],
  ['slowBody', undefined],
  ['slowHeaders', undefined],
] as const)('%s works over TLS, and harms nobody but its attempt', async ([kind, code]) => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  onTestFinished(() => void vi.unstubAllEnvs())
  const port = await portOf(createSecure({ key: privateKey, cert: certificate }, ok))
  const fault: Fault =
    kind === 'slowBody' || kind === 'slowHeaders' ? { kind, bytesPerSecond: 100_000 } : { kind }
  for (const host of ['localhost', '127.0.0.1']) {
    const attempt = await attempted(`https://${host}:${port}/`, { faults: [fault] })
    expect(attempt.error?.code).toBe(code)
  }
})

test('a certificate that nobody vouches for is a tls error, on either kind of connection', async () => {
  const port = await portOf(createSecure({ key: privateKey, cert: certificate }, ok))
  for (const faults of [[], [slowly]]) {
    const attempt = await attempted(`https://localhost:${port}/`, { faults })
    expect(attempt.error?.code).toBe('tls')
  }
})

test('an answer without end is cut off, and its status counts', async () => {
  const port = await portOf(
    createServer(
      answering((_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(30_000)));
        }
        response.on('drain', more)
        more()
      }),
    ),
  )
  for (const faults of [[], [slowly]]) {
    const { outcome, response } = await attempted(`http://127.0.0.1:${port}/`, { faults })
    expect(outcome).toBe('delivered')
    expect(response).toMatchObject({ truncated: true, body: 'x'.repeat(16 * 1024) })
  }
})

test('an answer in chunks is read the same over a bare socket', async () => {
  const port = await portOf(
    createServer(
      answering((_, response) => {
        response.write('hello ')
        response.end('world')
      }),
    ),
  )
  const { response } = await attempted(`http://127.0.0.1:${port}/`, { faults: [slowly] })
  expect(response?.body).toBe('hello world')
})

test('a connection that does not come to stand is connect_timeout', async () => {
  const silent: LookupFunction = () => {}
  for (const faults of [[], [slowly]]) {
    const options = { lookup: silent, connectTimeoutMs: 20, faults }
    expect((await attempted('http://nowhere.test/', options)).error?.code).toBe('connect_timeout')
  }
})

test('an attempt that is given up is aborted', async () => {
  for (const faults of [[], [slowly]]) {
    const controller = new AbortController()
    const port = await portOf(createServer(() => controller.abort()))
    const url = `http://127.0.0.1:${port}/`
    const options = { faults, signal: controller.signal }
    expect((await attempted(url, options)).error?.code).toBe('aborted')
    expect((await attempted(url, options)).error?.code).toBe('aborted')
  }
})

test('101 is an answer, and not awaited as if one would come', async () => {
  const port = await portOf(
    createServer(
      answering(({ socket }) => {
        socket.write(
          'HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: websocket\r\nx-a: b\r\n\r\n',
        )
      }),
    ),
  )
  const attempt = await attempted(`http://127.0.0.1:${port}/`, { timeoutMs: 20_000 })
  expect(attempt).toMatchObject({ outcome: 'failed', response: { statusCode: 101 } })
  expect(attempt.response?.headers).toMatchObject({ 'x-a': 'b' })
  expect(attempt.durationMs).toBeLessThan(10_000)
})

test('an endpoint that says twice that it wants the body gets it once, and its answer counts', async () => {
  const server = createTcp((socket) => {
    const go = 'HTTP/1.1 100 Continue\r\n\r\n'
    socket.once('data', () => {
      socket.write(go + go)
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const attempt = await attempted(`http://127.0.0.1:${port}/`, {
    faults: [{ kind: 'encoding', how: 'expect100' }],
  })
  expect(attempt).toMatchObject({ outcome: 'delivered', response: { statusCode: 200 } })
})
