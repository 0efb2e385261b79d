import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { createReceiver, type Receiver, type ReceiverOptions } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { type AdapterCase, type StartServer, testOptions } from './adapter-case.ts'

/** What ran before the webhook route, and what must become of the body. */
export interface TouchedBody {
  /** What ran before. */
  readonly name: string
  /**
   * `read`: the bytes are still there or were kept, and are found. `lost`: they are gone, which is answered 500 with
   * words that name what took them. Some are lost or not by how the bytes arrive.
   */
  readonly becomes: 'read' | 'lost' | 'read or lost'
  /** What the log must say where the bytes are gone. */
  readonly words?: RegExp
}

const options = testOptions(testSecret)

/** What may happen between the arrival of a request and the reading of its body. */
const receivers: Readonly<Record<string, Partial<ReceiverOptions>>> = {
  'with a secret': {},
  'with a secret function': { secret: async () => testSecret },
  'behind a throttle that takes its time': {
    throttle: () => new Promise<undefined>((resolve) => setTimeout(resolve, 5, undefined)),
  },
}

const sizes = [0, 1, 1_000, 64_000, 100_000, 900_000] as const
type Size = (typeof sizes)[number]

/** A genuine body of exactly so many bytes, with characters that a cut between two bytes breaks. */
const makeBody = (size: Size): string => {
  if (size < 2) return '1'.repeat(size)
  const withText = (content: string) => JSON.stringify(fixture('chat.message', { content }))
  const emoji = '😀é'.repeat(Math.floor(size / 50))
  return withText(emoji + 'x'.repeat(size - Buffer.byteLength(withText(emoji))))
}

const bodies = new Map(sizes.map((size) => [size, makeBody(size)]))
const bodyOf = (size: Size): string => bodies.get(size) ?? ''

/** How a body is sent: the pieces are an odd number of bytes, so that they cut characters. */
const ways = ['announced, at once', 'announced, in pieces', 'chunked, in pieces'] as const
const pieceLength = 16_001

interface Sent {
  readonly status: number
  readonly body: string
}

const deliver = async (url: string, body: string, way: (typeof ways)[number]): Promise<Sent> => {
  const id = `msg_${crypto.randomUUID()}`
  const { headers } = await signedRequest({ body, id })
  const bytes = Buffer.from(body)
  return new Promise((resolve) => {
    const outgoing = httpRequest(
      url,
      {
        method: 'POST',
        agent: false,
        headers: way.startsWith('chunked')
          ? { ...headers, 'transfer-encoding': 'chunked' }
          : { ...headers, 'content-length': bytes.length },
        timeout: 4000,
      },
      (response) => {
        let text = ''
        response
          .on('data', (chunk) => {
            text += chunk
          })
          .on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      },
    )
    const failed = (why: string) => () => {
      outgoing.destroy()
      resolve({ status: 0, body: why })
    }
    outgoing.on('error', failed('no answer')).on('timeout', failed('no answer in 4 seconds'))
    if (way === 'announced, at once') {
      outgoing.end(bytes)
      return
    }
    const sendFrom = (at: number): void => {
      if (at >= bytes.length) outgoing.end()
      else
        outgoing.write(bytes.subarray(at, at + pieceLength), () =>
          setImmediate(sendFrom, at + pieceLength),
        )
    }
    outgoing.flushHeaders()
    setImmediate(sendFrom, 0)
  })
}

/** What is wrong with one cell of the table; undefined when it is right. */
const judge = (
  { becomes, words }: TouchedBody,
  size: Size,
  { status, body }: Sent,
  notes: readonly string[],
  handled: string | undefined,
): string | undefined => {
  const isRead =
    size < 2
      ? // What no event can be: only a signature that fits its bytes gets this far.
        status === 422 && body === '{"error":"invalid_payload"}'
      : status === 200 && body === '{"outcome":"processed"}' && handled === bodyOf(size)
  if (isRead) return becomes === 'lost' && size > 1 ? 'was read, and should be lost' : undefined
  const isNamed =
    status === 500 &&
    body === '{"error":"body_already_parsed"}' &&
    notes.some((note) => words?.test(note))
  return isNamed && becomes !== 'read'
    ? undefined
    : `${status} ${body.slice(0, 100)} ${notes.join(' ')}`
}

const wrongCells = async (start: StartServer, touched: TouchedBody): Promise<readonly string[]> => {
  const wrong: string[] = []
  for (const [receiverName, more] of Object.entries(receivers)) {
    const notes: string[] = []
    const handled: string[] = []
    const receiver: Receiver = createReceiver({
      ...options,
      ...more,
      readTimeoutMs: 3000,
      hooks: { onFailed: ({ note }) => void notes.push(note ?? '') },
    }).on('*', (_, { rawBody }) => void handled.push(new TextDecoder().decode(rawBody)))
    const server = await start(receiver)
    try {
      for (const size of sizes) {
        for (const way of ways) {
          const sent = await deliver(server.origin + server.path, bodyOf(size), way)
          const fault = judge(touched, size, sent, notes.splice(0), handled.pop())
          if (fault !== undefined) wrong.push(`${receiverName}, ${size} bytes, ${way}: ${fault}`)
        }
      }
    } finally {
      await server.close()
    }
  }
  return wrong
}

/**
 * The table of a body that something touched before the receiver got it: of every size, announced and chunked, with
 * receivers that take their time, over real sockets. Each cell is handled byte for byte, or answered 500 with words that
 * name what ran; the sender is never blamed, and nobody waits. `start` puts in front what `touched` names.
 */
export const touchedBodyCase = (touched: TouchedBody): AdapterCase => ({
  name: `what ran before: ${touched.name}`,
  run: async (start) => assert.deepEqual(await wrongCells(start, touched), []),
})
