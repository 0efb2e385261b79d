import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** A request that is sent as it is given: no header is added but `host` and `content-length`. */
export interface OutgoingRequest {
  readonly url: string
  readonly method?: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  readonly timeoutMs: number
  /** The most bytes of the answer's body that are read; default 64 KiB. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

/** What came back: an answer, or why there is none. */
export type SendResult =
  | {
      readonly ok: true
      readonly status: number
      /** As they came. */
      readonly headers: readonly (readonly [name: string, value: string])[]
      readonly body: Buffer
      /** Whether more of the body would have come: it was not read. */
      readonly isCut: boolean
      readonly ms: number
    }
  | { readonly ok: false; readonly code: string; readonly ms: number }

/** No answer to an event is longer; one without an end must not fill the memory. */
const mostRead = 64 * 1024

/** Headers that belong to one connection, and not to the message. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Header pairs of Node's flat list, without those of the connection. */
export const pairsOf = (raw: readonly string[]): (readonly [string, string])[] =>
  raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []))

/** Headers that go on with a message, to another host. */
export const endToEnd = (
  headers: readonly (readonly [name: string, value: string])[],
): (readonly [name: string, value: string])[] =>
  headers.filter(([name]) => !hopByHop.includes(name.toLowerCase()))

/** An error of the network in one word. */
const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'ECONNREFUSED':
      return 'connect_refused'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'dns'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'connection_reset'
    case 'ABORT_ERR':
      return 'aborted'
    default:
      return /^(EPROTO|ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/.test(code)
        ? 'tls'
        : code.toLowerCase() || 'failed'
  }
}

/**
 * Sends one request and reads the answer. Follows no redirect, and never throws. Of a body that is longer than
 * `maxBytes` the beginning is the answer, and the connection is closed.
 */
export const sendRequest = (request: OutgoingRequest): Promise<SendResult> =>
  new Promise((resolve) => {
    const began = performance.now()
    const ms = (): number => performance.now() - began
    const url = new URL(request.url)
    const kept = endToEnd(request.headers).filter(
      ([name]) => !['host', 'content-length', 'expect'].includes(name.toLowerCase()),
    )
    const outgoing = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: request.method ?? 'POST',
      headers: [
        'host',
        url.host,
        ...kept.flat(),
        ...(request.method === 'GET' ? [] : ['content-length', String(request.body.length)]),
      ],
      agent: false,
      ...(request.signal && { signal: request.signal }),
    })
    const finish = (result: SendResult): void => {
      clearTimeout(timer)
      resolve(result)
    }
    const timer = setTimeout(() => {
      finish({ ok: false, code: 'timeout', ms: ms() })
      outgoing.destroy()
    }, request.timeoutMs)
    outgoing.on('error', (error) => finish({ ok: false, code: codeOf(error), ms: ms() }))
    // Nothing else comes after 101 where nobody takes the connection over.
    outgoing.on('upgrade', ({ statusCode = 0, rawHeaders }, socket) => {
      const headers = pairsOf(rawHeaders)
      finish({
        ok: true,
        status: statusCode,
        headers,
        body: Buffer.alloc(0),
        isCut: false,
        ms: ms(),
      })
      socket.destroy()
    })
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = []
      let length = 0
      const answer = (isCut: boolean): void =>
        finish({
          ok: true,
          status: response.statusCode ?? 0,
          headers: pairsOf(response.rawHeaders),
          body: Buffer.concat(chunks),
          isCut,
          ms: ms(),
        })
      response.on('data', (chunk: Buffer) => {
        const most = (request.maxBytes ?? mostRead) - length
        if (most < 0) return
        chunks.push(chunk.subarray(0, most))
        length += chunk.length
        if (chunk.length <= most) return
        answer(true)
        outgoing.destroy()
      })
      response.on('error', (error) => finish({ ok: false, code: codeOf(error), ms: ms() }))
      response.on('end', () => answer(false))
    })
    outgoing.end(request.method === 'GET' ? undefined : request.body)
  })
