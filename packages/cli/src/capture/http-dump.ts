import { usageError } from '../errors/cli-error.ts'
import type { CapturedRequest } from './captured-request.ts'

/** A header line of the capture's own, behind those that came: where the request was forwarded to. */
const forwardedHeader = 'X-AINexLayer-Forwarded-To'

const isForwarded = ([name]: CapturedRequest['headers'][number]): boolean =>
  name.toLowerCase() === forwardedHeader.toLowerCase()

/** A request as a raw HTTP message: the head in latin1, as it is on the wire, then the bytes of the body. */
export const writeDump = ({ method, url, headers, forwardedTo, body }: CapturedRequest): Buffer => {
  // Where it goes when it is replayed is not for the caller to say.
  const kept = headers.filter((header) => !isForwarded(header))
  const own = forwardedTo === undefined ? [] : [[forwardedHeader, forwardedTo] as const]
  const lines = [...kept, ...own].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([Buffer.from(`${method} ${url} HTTP/1.1\r\n${lines}\r\n`, 'latin1'), body])
}

const requestLine = /^([A-Z]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/

/** Whether bytes begin like a raw HTTP request. */
export const isDump = (bytes: Buffer): boolean => {
  const [line = ''] = bytes.subarray(0, 8192).toString('latin1').split(/\r?\n/, 1)
  return requestLine.test(line.trim())
}

/** Where the head ends and the body begins: after the first empty line. */
const endOfHead = (bytes: Buffer): { head: number; body: number } => {
  const crlf = bytes.indexOf('\r\n\r\n')
  const lf = bytes.indexOf('\n\n')
  if (crlf !== -1 && (lf === -1 || crlf < lf)) return { head: crlf, body: crlf + 4 }
  if (lf !== -1) return { head: lf, body: lf + 2 }
  return { head: bytes.length, body: bytes.length }
}

/** Takes the chunks of a body apart; undefined where it is not written in chunks. */
const unchunked = (body: Buffer): Buffer | undefined => {
  const pieces: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at)
    const size = /^([0-9a-f]{1,8})\s*(?:;.*)?$/i.exec(
      body.subarray(at, end).toString('latin1'),
    )?.[1]
    if (end === -1 || size === undefined) return undefined
    const length = Number.parseInt(size, 16)
    if (length === 0) return Buffer.concat(pieces)
    pieces.push(body.subarray(end + 2, end + 2 + length))
    at = end + 2 + length + 2
  }
  return undefined
}

/** The body as it was framed: an editor may have added a line break after it. */
const framed = (headers: CapturedRequest['headers'], rest: Buffer): Buffer => {
  const lineOf = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1]
  if (/chunked/i.test(lineOf('transfer-encoding') ?? '')) return unchunked(rest) ?? rest
  const length = lineOf('content-length')
  return length !== undefined && /^\d+$/.test(length) ? rest.subarray(0, Number(length)) : rest
}

/** Reads a raw HTTP request, with line breaks of either kind. @throws CliError usage */
export const readDump = (bytes: Buffer): CapturedRequest => {
  const { head, body } = endOfHead(bytes)
  const [first = '', ...lines] = bytes.subarray(0, head).toString('latin1').split(/\r?\n/)
  const [, method, url] = requestLine.exec(first.trim()) ?? []
  if (method === undefined || url === undefined) {
    throw usageError(
      'This is not an HTTP request: its first line is not like `POST /webhooks HTTP/1.1`.',
      'Give a raw dump, a file of `listen`, a HAR file or a curl line.',
    )
  }
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    if (colon < 1) throw usageError(`The header line \`${line.slice(0, 20)}\` has no colon.`)
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
  })
  const forwardedTo = headers.find(isForwarded)?.[1]
  return {
    method,
    url,
    headers: headers.filter((header) => !isForwarded(header)),
    ...(forwardedTo !== undefined && { forwardedTo }),
    body: framed(headers, bytes.subarray(body)),
  }
}
