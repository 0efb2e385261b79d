import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where the attacks go, and until when. */
export interface Target {
  readonly port: number
  readonly signal: AbortSignal
}

/** One kind of hostile traffic: a connection that does its worst and ends. Never rejects. */
export interface Attack {
  readonly name: string
  /** How many of it go on at the same time. */
  readonly atOnce: number
  /** Milliseconds between the end of one and the next. */
  readonly pauseMs: number
  readonly run: (target: Target) => Promise<void>
}

const kilobyte = 1024
const megabyte = 1024 * kilobyte

/** A connection whose errors are expected, destroyed when the run ends. */
const open = ({ port, signal }: Target): { socket: Socket; closed: Promise<void> } => {
  const socket = connect({ port, host: '127.0.0.1' })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => {}).resume()
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop, { once: true })
  void closed.then(() => signal.removeEventListener('abort', stop))
  return { socket, closed }
}

const head = (lines: readonly string[]): string =>
  ['POST / HTTP/1.1', 'host: 127.0.0.1', ...lines, '', ''].join('\r\n')

/** Headers that look genuine up to the signature itself. */
const forged = (): string[] => [
  'content-type: application/json',
  `webhook-id: msg_${Math.random().toString(36).slice(2)}`,
  `webhook-timestamp: ${Math.floor(Date.now() / 1000)}`,
  `webhook-signature: v1,${Buffer.alloc(32, 7).toString('base64')}`,
]

/** Waits until a socket takes more, is closed, or a second has passed. */
const takenBy = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, 1_000)
    function done(): void {
      clearTimeout(timer)
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })

/** Writes in pieces and waits for the socket to take them, at most ten seconds in all. */
const write = async (socket: Socket, pieces: Iterable<string | Buffer>): Promise<void> => {
  const end = performance.now() + 10_000
  for (const piece of pieces) {
    if (socket.destroyed || performance.now() > end) return
    if (!socket.write(piece)) await takenBy(socket)
  }
}

/** Sends one request, waits for the answer or two seconds, and hangs up. */
const post = async (target: Target, headers: readonly string[], body: Buffer): Promise<void> => {
  const { socket, closed } = open(target)
  await write(socket, [head([...headers, `content-length: ${body.length}`]), body])
  socket.end()
  await Promise.race([closed, sleep(2_000)])
  socket.destroy()
}

const oneByteChunks = (count: number): Buffer => Buffer.from('1\r\nx\r\n'.repeat(count))

const nested = Buffer.from(
  `${'['.repeat(600)}${Array.from({ length: 12_000 }, (_, i) => i).join(',')}${']'.repeat(600)}`,
)

/** Every kind of traffic that a stranger can send without the secret. */
export const attacks: readonly Attack[] = [
  {
    // Flat out: Node's parser takes one to two microseconds for each chunk, and no receiver can change that.
    name: 'a body of 16 KiB in chunks of one byte',
    atOnce: 1,
    pauseMs: 3_000,
    run: async (target) => {
      const { socket } = open(target)
      await write(socket, [head([...forged(), 'transfer-encoding: chunked'])])
      await write(socket, Array<Buffer>(16).fill(oneByteChunks(kilobyte)))
      socket.destroy()
    },
  },
  {
    // Slow enough that what costs the receiver is its memory and its patience, and not the parser.
    name: 'a dozen bodies that grow by chunks of one byte',
    atOnce: 12,
    pauseMs: 50,
    run: async (target) => {
      const { socket } = open(target)
      await write(socket, [head([...forged(), 'transfer-encoding: chunked'])])
      const block = oneByteChunks(32)
      for (let sent = 0; sent < megabyte && !socket.destroyed; sent += 32) {
        await write(socket, [block])
        await sleep(20)
      }
      socket.destroy()
    },
  },
  {
    name: 'a body that trickles in, and never ends',
    atOnce: 50,
    pauseMs: 100,
    run: async (target) => {
      const { socket, closed } = open(target)
      await write(socket, [head([...forged(), 'content-length: 100000'])])
      for (let i = 0; i < 8 && !socket.destroyed; i++) {
        socket.write('x'.repeat(100))
        await Promise.race([closed, sleep(500)])
      }
      socket.destroy()
    },
  },
  {
    name: 'a forgery that is expensive to diagnose',
    atOnce: 4,
    pauseMs: 80,
    run: (target) => post(target, forged(), nested),
  },
  {
    name: 'a forgery full of replacement characters',
    atOnce: 2,
    pauseMs: 50,
    run: (target) => post(target, forged(), Buffer.from('\ufffd'.repeat(40_000))),
  },
  {
    name: 'headers of 12 kB, and hundreds of them',
    atOnce: 4,
    pauseMs: 80,
    run: (target) =>
      post(
        target,
        [...forged(), ...Array.from({ length: 200 }, (_, i) => `x-${i}: ${'y'.repeat(50)}`)],
        Buffer.from('{}'),
      ),
  },
  {
    name: 'a signature header with 200 signatures',
    atOnce: 2,
    pauseMs: 80,
    run: (target) =>
      post(
        target,
        [
          ...forged().slice(0, 3),
          `webhook-signature: ${Array.from({ length: 200 }, () => `v1,${Buffer.alloc(32, 9).toString('base64')}`).join(' ')}`,
        ],
        Buffer.from('{}'),
      ),
  },
  {
    name: 'a connection that is reset in the middle of its body',
    atOnce: 8,
    pauseMs: 50,
    run: async (target) => {
      const { socket } = open(target)
      await write(socket, [head([...forged(), 'content-length: 50000']), Buffer.alloc(20_000, 120)])
      await sleep(5)
      socket.resetAndDestroy()
    },
  },
  {
    name: 'a body that is larger than its limit',
    atOnce: 4,
    pauseMs: 50,
    run: async (target) => {
      const { socket } = open(target)
      await write(socket, [head([...forged(), 'transfer-encoding: chunked'])])
      const block = `10000\r\n${'x'.repeat(0x10000)}\r\n`
      await write(
        socket,
        Array.from({ length: 40 }, () => block),
      )
      socket.destroy()
    },
  },
  {
    name: 'addresses that are none',
    atOnce: 2,
    pauseMs: 80,
    run: (target) =>
      post(
        target,
        [...forged(), `x-forwarded-for: ${'::ffff:999.1.1.1, \u00e9%0d%0a, '.repeat(20)}`],
        Buffer.from('{}'),
      ),
  },
  {
    name: 'what is not HTTP',
    atOnce: 2,
    pauseMs: 50,
    run: async (target) => {
      const { socket, closed } = open(target)
      await write(socket, [Buffer.from('POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n\0\xff')])
      await Promise.race([closed, sleep(500)])
      socket.destroy()
    },
  },
  {
    name: 'JSON that is no event: depths, poison and half characters',
    atOnce: 2,
    pauseMs: 80,
    run: (target) =>
      post(
        target,
        forged(),
        Buffer.concat([
          Buffer.from(`{"__proto__":${'{"a":'.repeat(2_000)}`),
          Buffer.of(0xc3, 0x28),
        ]),
      ),
  },
]
