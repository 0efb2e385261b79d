import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** One HTTP POST. */
export interface PostRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Milliseconds from the start of the connection to the end of the answer. */
  readonly timeoutMs: number
}

/** The answer, as far as it is kept. */
export interface PostResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  /** The first {@link keptBytes} of the body, as text. */
  readonly body: string
  /** Whether the body was longer than that. */
  readonly truncated: boolean
}

/** Why there is no answer. */
export type NetworkErrorCode =
  | 'dns'
  | 'connect_refused'
  | 'tls'
  | 'timeout'
  | 'connection_reset'
  | 'aborted'

/** What a POST came to: an answer of whatever status, or a network error. */
export type PostResult =
  | { readonly ok: true; readonly response: PostResponse }
  | { readonly ok: false; readonly code: NetworkErrorCode; readonly message: string }

/** How much of an answer's body is kept, in bytes. */
export const keptBytes = 16 * 1024

const codeOf = (error: NodeJS.ErrnoException): NetworkErrorCode => {
  const code = error.code ?? ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns'
  if (code === 'ECONNREFUSED') return 'connect_refused'
  if (code === 'ETIMEDOUT') return 'timeout'
  if (code.startsWith('ERR_TLS') || code.includes('CERT') || code === 'EPROTO') return 'tls'
  return 'connection_reset'
}

const flatHeaders = (response: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  )

/** Sends one POST and reads the answer. Follows no redirect: a 3xx is an answer like any other. Never throws. */
export const post = ({ url, headers, body, timeoutMs }: PostRequest): Promise<PostResult> =>
  new Promise((resolve) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp
    const outgoing = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(body.length) },
    })
    const timer = setTimeout(() => {
      finish({ ok: false, code: 'timeout', message: `no complete answer within ${timeoutMs} ms` })
      outgoing.destroy()
    }, timeoutMs)
    let answered = false
    const finish = (result: PostResult): void => {
      if (answered) return
      answered = true
      clearTimeout(timer)
      resolve(result)
    }
    const fail = (error: NodeJS.ErrnoException): void =>
      finish({ ok: false, code: codeOf(error), message: error.message })

    outgoing.on('error', fail)
    outgoing.on('response', (response) => {
      const chunks: Uint8Array[] = []
      let length = 0
      response.on('data', (chunk: Uint8Array) => {
        if (length < keptBytes) chunks.push(chunk)
        length += chunk.length
      })
      response.on('error', fail)
      response.on('end', () =>
        finish({
          ok: true,
          response: {
            statusCode: response.statusCode ?? 0,
            headers: flatHeaders(response),
            body: Buffer.concat(chunks).subarray(0, keptBytes).toString(),
            truncated: length > keptBytes,
          },
        }),
      )
      response.on('close', () =>
        finish({ ok: false, code: 'connection_reset', message: 'the answer was cut off' }),
      )
    })
    outgoing.end(body)
  })
