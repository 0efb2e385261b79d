import { keptBody, type PostResult } from './answer.ts'

/** The bytes of the chunks that arrived. */
const dechunked = (bytes: Buffer): Buffer => {
  const pieces: Buffer[] = []
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at)
    const size = end < 0 ? 0 : Number.parseInt(bytes.toString('latin1', at, end), 16)
    if (!(size > 0)) return Buffer.concat(pieces)
    pieces.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}

/** Parses the answer on a raw socket, as far as it arrived. */
export const parseAnswer = (bytes: Buffer): PostResult => {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.toString('latin1', 0, Math.max(0, end)).split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1])
  if (Number.isNaN(status)) {
    return { ok: false, code: 'connection_reset', message: 'closed without an answer' }
  }
  const rest = bytes.subarray(end + 4)
  // 100 Continue and other interim answers come before the answer; after 101 there is none.
  if (status < 200 && status !== 101) return parseAnswer(rest)
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  const body = /chunked/i.test(headers['transfer-encoding'] ?? '') ? dechunked(rest) : rest
  return {
    ok: true,
    response: {
      statusCode: status,
      headers,
      ...keptBody(body),
    },
  }
}
