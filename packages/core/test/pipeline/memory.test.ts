import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test, vi } from 'vitest'
import { createReceiver } from '../../src/index.ts'
import { nodeListener } from '../../src/node/index.ts'
import { signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Megabytes that are held, of JavaScript's memory and of buffers. */
const heldMegabytes = (): number => {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1024 ** 2
}

const length = 512 * 1024

test('half a megabyte in chunks of one byte holds a few megabytes at most, on Node', async () => {
  const rejected = vi.fn()
  const receiver = createReceiver({
    secret: testSecret,
    logger: quiet,
    hooks: { onRejected: ({ code }) => rejected(code) },
  })
  let arrived = 0
  const listener = nodeListener(receiver)
  const server = createServer((request, response) => {
    void listener(request, response)
    request.on('data', (chunk) => {
      arrived += chunk.length
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1')
  const before = heldMegabytes()
  socket.write('POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n')
  const piece = '1\r\nA\r\n'.repeat(1024)
  for (let sent = 0; sent < length; sent += 1024) {
    if (!socket.write(piece)) await once(socket, 'drain')
  }
  await vi.waitFor(() => expect(arrived).toBe(length), { timeout: 15_000 })
  expect(heldMegabytes() - before).toBeLessThan(8)
  socket.destroy()
  await vi.waitFor(() => expect(rejected).toHaveBeenCalledWith('body_incomplete'), {
    timeout: 10_000,
  })
  server.close()
})

/** A stream that waits for `go` before its last byte. */
const bytewise = (view: () => Uint8Array, count: number, go: Promise<void>) => {
  let sent = 0
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (++sent >= count) await go
      if (sent > count) controller.close()
      else controller.enqueue(view())
    },
  })
}

test.each([
  ['half a megabyte in chunks of one byte', () => Uint8Array.of(65), length],
  [
    'a few bytes that are views of megabytes',
    () => new Uint8Array(4 * 1024 * 1024).subarray(0, 1),
    10,
  ],
] as const)('%s hold a few megabytes at most, on the web', async (_, view, count) => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet })
  let finish = (): void => {}
  const go = new Promise<void>((resolve) => {
    finish = resolve
  })
  let given = 0
  const body = bytewise(
    () => {
      given++
      return view()
    },
    count,
    go,
  )
  const { headers } = await signedRequest({ body: 'x', id: 'msg' })
  const before = heldMegabytes()
  const answered = receiver.fetch(
    new Request('https://example.com', { method: 'POST', headers, body, duplex: 'half' }),
  )
  await vi.waitFor(() => expect(given).toBe(count - 1), { timeout: 15_000 })
  expect(heldMegabytes() - before).toBeLessThan(8)
  finish()
  expect((await answered).status).toBe(401)
})
