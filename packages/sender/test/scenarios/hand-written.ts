import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { testSecret } from '@ainexlayer/webhooks/testing'

/** What may be wrong with a receiver; each one names its only mistake. */
export const flaws = [
  'knows no user events',
  'forgets workspace events',
  'marks the id before the body is there',
  'takes what arrived',
  'no dedupe',
  'refuses duplicates for ever',
  'checks, waits, adds',
  'answers first, adds later',
  'last event wins',
  'first event wins',
  'forgets what was deleted',
  'looks at the first signature only',
  'looks at the last signature only',
  'looks at any number of signatures',
  'no tolerance',
  'any body under a known id is a duplicate',
  'verifies what it serialised itself',
  'takes what is not signed',
  'crashes on compressed bodies',
  'needs a content-length',
  'takes the future',
  'takes milliseconds',
  'no read timeout',
  'one at a time',
  'loses every second event',
  'handles every hundredth twice',
  '410 for a bad signature',
  '410 for an unknown type',
  '410 now and then',
] as const

export type Flaw = (typeof flaws)[number]

type Reading = { readonly body: Buffer } | { readonly status: number } | undefined

const isNamed = (type: string): type is keyof typeof ainexlayerEvents =>
  Object.hasOwn(ainexlayerEvents, type)

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** A receiver as somebody may write it by hand: right in everything but its flaw. */
export const startHandWritten = async (flaw?: Flaw) => {
  const runs: Record<string, number> = {}
  const state: Record<string, string> = {}
  const times = new Map<string, number>()
  const known = new Map<string, { readonly body: string; done: boolean }>()
  let requests = 0
  let turn: Promise<unknown> = Promise.resolve()

  const read = (request: IncomingMessage): Promise<Reading> =>
    new Promise((resolve) => {
      const chunks: Buffer[] = []
      let length = 0
      if (flaw !== 'no read timeout') setTimeout(() => resolve({ status: 408 }), 500)
      request.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        length += chunk.length
        if (length > 1024 * 1024) resolve({ status: 413 })
      })
      request.on('end', () => resolve({ body: Buffer.concat(chunks) }))
      request.on('error', () => {
        resolve(flaw === 'takes what arrived' ? { body: Buffer.concat(chunks) } : undefined)
      })
    })

  const isSigned = (id: string, timestamp: string, header: string, body: Buffer): boolean => {
    if (flaw === 'takes what is not signed' && header === '') return true
    if (flaw === 'takes what arrived') return true
    const signed =
      flaw === 'verifies what it serialised itself' ? JSON.stringify(parse(body)) : body
    const expected = `v1,${createHmac('sha256', Buffer.from(testSecret.slice(6), 'base64'))
      .update(`${id}.${timestamp}.`)
      .update(signed ?? '')
      .digest('base64')}`
    const all = header.split(/,? /)
    const looked =
      flaw === 'looks at the first signature only'
        ? all.slice(0, 1)
        : flaw === 'looks at the last signature only'
          ? all.slice(-1)
          : flaw === 'looks at any number of signatures'
            ? all
            : all.slice(0, 16)
    return looked.includes(expected)
  }

  const isInTime = (timestamp: string): boolean => {
    const seconds = Number(timestamp)
    const now = Date.now() / 1000
    if (flaw === 'no tolerance') return true
    if (flaw === 'takes milliseconds' && Math.abs(seconds / 1000 - now) < 300) return true
    if (flaw === 'takes the future' && seconds > now) return true
    return Math.abs(seconds - now) < 300
  }

  const keep = (id: string, event: { type: string; timestamp: string; data: { id?: unknown } }) => {
    const subject = String(event.data.id)
    const time = Date.parse(event.timestamp)
    const last = times.get(subject)
    if (flaw === 'first event wins' && last !== undefined) return
    if (flaw !== 'last event wins' && last !== undefined && last > time) return
    times.set(subject, time)
    state[subject] = id
    if (flaw === 'forgets what was deleted' && event.type === 'document.deleted') {
      times.delete(subject)
    }
  }

  const handle = async (request: IncomingMessage, answer: (status: number) => void) => {
    const header = (name: string): string => String(request.headers[name] ?? '')
    const id = header('webhook-id')
    const timestamp = header('webhook-timestamp')
    const index = requests++
    if (flaw === '410 now and then' && index % 2 === 1) return 410
    if (flaw === 'needs a content-length' && header('content-length') === '') return 411
    if (!/^[\w-]{1,256}$/.test(id)) return 400
    if (!/^\d+$/.test(timestamp)) return 400
    if (header('webhook-signature') === '' && flaw !== 'takes what is not signed') return 400
    if (flaw === 'marks the id before the body is there') {
      if (known.has(id)) return 200
      known.set(id, { body: '', done: true })
    }
    const reading = await read(request)
    if (reading === undefined) return undefined
    if ('status' in reading) return reading.status
    const { body } = reading
    if (flaw === 'crashes on compressed bodies' && header('content-encoding') !== '') {
      try {
        // The signature covers the compressed bytes, and it compares those of the event.
        if (!isSigned(id, timestamp, header('webhook-signature'), gunzipSync(body))) return 500
      } catch {
        return 500
      }
    }
    if (!isInTime(timestamp)) return 401
    if (!isSigned(id, timestamp, header('webhook-signature'), body)) {
      return flaw === '410 for a bad signature' ? 410 : 401
    }
    const event = parse(body)
    if (flaw === 'takes what arrived' && event === undefined) {
      runs[id] = (runs[id] ?? 0) + 1
      return 200
    }
    if (typeof event !== 'object' || event === null || !('type' in event)) return 422
    const { type, data } = event as { type: string; data: Record<string, unknown> }
    if (!isNamed(type)) return flaw === '410 for an unknown type' ? 410 : 200
    if (!ainexlayerEvents[type].schema.safeParse(data).success) return 422
    if (flaw === 'knows no user events' && type.startsWith('user.')) return 400
    const before = flaw === 'no dedupe' ? undefined : known.get(id)
    if (before !== undefined && before.body !== '') {
      if (!before.done) return 409
      if (flaw === 'refuses duplicates for ever') return 409
      const isSame =
        before.body === body.toString('base64') ||
        flaw === 'any body under a known id is a duplicate'
      return isSame ? 200 : 422
    }
    if (flaw === 'checks, waits, adds') await new Promise((resolve) => setImmediate(resolve))
    if (flaw === 'answers first, adds later') {
      answer(200)
      await sleep(1)
    }
    known.set(id, { body: body.toString('base64'), done: false })
    await new Promise((resolve) => setImmediate(resolve))
    const losesIt =
      (flaw === 'forgets workspace events' && type.startsWith('workspace.')) ||
      (flaw === 'loses every second event' && index % 2 === 1)
    if (!losesIt) runs[id] = (runs[id] ?? 0) + 1
    if (flaw === 'handles every hundredth twice' && index % 100 === 50) runs[id] = 2
    keep(id, event as Parameters<typeof keep>[1])
    known.set(id, { body: body.toString('base64'), done: true })
    return 200
  }

  const server = createServer((request, response) => {
    const answer = (status: number): void => {
      if (response.headersSent) return
      // What is not read to its end cannot be followed by another request.
      if (status === 408 || status === 413) response.setHeader('connection', 'close')
      response.writeHead(status).end()
    }
    const run = () =>
      handle(request, answer).then(
        (status) => status && answer(status),
        () => answer(500),
      )
    turn = flaw === 'one at a time' ? turn.then(run) : run()
    request.on('error', () => {})
  })
  // Node would close headers that take too long; the others are this receiver's own business.
  if (flaw === 'no read timeout') server.requestTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    target: { url: `http://127.0.0.1:${port}/`, secret: testSecret },
    observe: async () => ({ ...runs }),
    observeState: async () => ({ ...state }),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
