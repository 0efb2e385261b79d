import type { IncomingMessage, RequestListener } from 'node:http'
import { Readable, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { TouchedBody } from './touched-body-case.ts'

/** Something that runs before a framework sees the request. The framework waits where it gives a promise. */
export interface NodeTouch extends TouchedBody {
  readonly touch: (request: IncomingMessage) => unknown
}

/** A listener behind something that touches its requests. */
export const behindTouch =
  (touch: NodeTouch['touch'], listener: RequestListener): RequestListener =>
  (request, response) => {
    const touching = touch(request)
    if (touching instanceof Promise) void touching.then(() => listener(request, response))
    else listener(request, response)
  }

const observe = (request: IncomingMessage): void => {
  const lengths: number[] = []
  request.on('data', (chunk) => void lengths.push(chunk.length))
}

const ended = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    request.on('end', () => resolve())
  })

const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15))

const readBefore = /The stream was read before|A hook or plugin|A middleware read/
const partlyRead = /began to read the stream|A hook or plugin|A middleware read|was read before/
const lossyText = /decoded as text .* bytes were lost|handed over: something changed the body/

/**
 * What loggers, proxies and other people's middleware do to Node's request before a webhook route gets it. Every
 * adapter that stands on Node meets all of them.
 */
export const nodeTouches: readonly NodeTouch[] = [
  { name: 'nothing', becomes: 'read', touch: () => {} },
  { name: 'a listener for data', becomes: 'read', touch: observe },
  {
    name: 'a listener for data that comes in the next tick',
    becomes: 'read',
    touch: (request) => void process.nextTick(observe, request),
  },
  {
    name: 'a listener for data, and then a wait',
    becomes: 'read or lost',
    words: partlyRead,
    touch: (request) => {
      observe(request)
      return aWhile()
    },
  },
  {
    name: 'a listener for readable that reads',
    becomes: 'read or lost',
    words: partlyRead,
    touch: (request) => {
      request.on('readable', () => {
        while (request.read() !== null);
      })
    },
  },
  {
    name: 'a listener for readable',
    becomes: 'read',
    touch: (request) => void request.on('readable', () => {}),
  },
  {
    name: 'a pipe into a log',
    becomes: 'read',
    touch: (request) =>
      void request.pipe(new Writable({ write: (_chunk, _encoding, done) => done() })),
  },
  {
    name: 'a web stream over it that nobody reads',
    becomes: 'read or lost',
    words: partlyRead,
    touch: (request) => void Readable.toWeb(request),
  },
  {
    name: 'a pipe into a log that stops',
    becomes: 'read',
    touch: (request) => void request.pipe(new Writable({ write: () => {} })),
  },
  {
    name: 'a body that throws when it is asked for',
    becomes: 'read',
    touch: (request) =>
      void Object.defineProperty(request, 'body', {
        configurable: true,
        get: () => JSON.parse('{'),
      }),
  },
  { name: 'pause()', becomes: 'read', touch: (request) => void request.pause() },
  { name: 'a wait', becomes: 'read', touch: aWhile },
  {
    name: "setEncoding('utf8')",
    becomes: 'read',
    touch: (request) => void request.setEncoding('utf8'),
  },
  {
    name: "setEncoding('latin1')",
    becomes: 'read',
    touch: (request) => void request.setEncoding('latin1'),
  },
  {
    name: "setEncoding('ascii')",
    becomes: 'lost',
    words: /setEncoding\('ascii'\)/,
    touch: (request) => void request.setEncoding('ascii'),
  },
  {
    name: "setEncoding('utf8') and a listener for data",
    becomes: 'read',
    touch: (request) => observe(request.setEncoding('utf8')),
  },
  {
    name: 'a text in rawBody that is still being filled',
    becomes: 'read',
    touch: (request) => {
      let rawBody = ''
      Object.assign(request, { rawBody })
      request.on('data', (chunk) => {
        rawBody += chunk
        Object.assign(request, { rawBody })
      })
    },
  },
  {
    name: 'bytes in rawBody that are still being filled',
    becomes: 'read',
    touch: (request) => {
      let rawBody = Buffer.alloc(0)
      Object.assign(request, { rawBody })
      request.on('data', (chunk) => {
        rawBody = Buffer.concat([rawBody, chunk])
        Object.assign(request, { rawBody })
      })
    },
  },
  {
    name: 'a text in rawBody, chunk by chunk',
    becomes: 'read or lost',
    words: lossyText,
    touch: async (request) => {
      let rawBody = ''
      request.on('data', (chunk) => {
        rawBody += chunk
      })
      await ended(request)
      Object.assign(request, { rawBody })
    },
  },
  {
    name: 'bytes in rawBody',
    becomes: 'read',
    touch: async (request) => Object.assign(request, { rawBody: await buffer(request) }),
  },
  {
    name: 'bytes in body',
    becomes: 'read',
    touch: async (request) => Object.assign(request, { body: await buffer(request) }),
  },
  {
    name: 'a reader that keeps nothing',
    becomes: 'lost',
    words: readBefore,
    touch: (request) => buffer(request),
  },
]
