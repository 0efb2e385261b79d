import { connect } from 'node:net'

/** The answer on a socket; status 0 means that the connection ended without one. */
export interface RawAnswer {
  readonly status: number
  readonly body: string
}

/** Bytes to write, or a pause that gives the server time to react. */
export type Step = string | Uint8Array | { readonly waitMs: number }

const parse = (received: string): RawAnswer => {
  // A server may send "100 Continue" first.
  const text = received.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
  const [head = '', rest = ''] = text.split('\r\n\r\n', 2)
  const chunked = /transfer-encoding: chunked/i.test(head)
  return { status, body: chunked ? (/^[0-9a-f]+\r\n(.*?)\r\n/is.exec(rest)?.[1] ?? '') : rest }
}

const complete = (received: string): boolean => {
  const [head, body] = received.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '').split('\r\n\r\n', 2)
  if (body === undefined || head === undefined) return false
  const length = /content-length: (\d+)/i.exec(head)?.[1]
  return length === undefined
    ? /\r\n0\r\n/.test(`\r\n${body}`) || /^0\r\n/.test(body)
    : body.length >= Number(length)
}

/**
 * Writes bytes to a socket, step by step, and reads one answer: for requests that no HTTP client
 * would send.
 */
export const rawRequest = (origin: string, steps: readonly Step[]): Promise<RawAnswer> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(origin)
    const socket = connect(Number(port), hostname)
    let received = ''
    const finish = (): void => {
      socket.destroy()
      resolve(parse(received))
    }
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (complete(received)) finish()
    })
    socket.on('error', finish).on('close', finish)
    socket.on('connect', async () => {
      for (const step of steps) {
        if (typeof step === 'object' && 'waitMs' in step) {
          await new Promise((later) => setTimeout(later, step.waitMs))
        } else if (!socket.destroyed) socket.write(step)
      }
    })
  })

/** The head of a POST as bytes on the wire. */
export const postHead = (path: string, headers: Readonly<Record<string, string>>): string =>
  [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n')

/** A body as one chunk of chunked transfer coding. */
export const chunk = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])

/** The end of a chunked body. */
export const lastChunk = '0\r\n\r\n'
