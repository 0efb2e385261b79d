import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.ts'
import type { Budget } from './budget.ts'
import type { DiagnosisCode } from './diagnosis.ts'
import { gunzip } from './gunzip.ts'
import { type JsonLayout, layOut, looksLikeJson } from './json-layout.ts'

/** A body that the sender may have signed, if one known thing happened to it on the way. */
export interface BodyGuess {
  readonly code: DiagnosisCode
  /** Valid until the next guess is asked for: the same memory serves several. */
  readonly body: Uint8Array
}

const byteOrderMark = Uint8Array.from([0xef, 0xbb, 0xbf])
const cr = 0x0d
const lf = 0x0a

/** A JSON text is laid out anew up to this many times its length: deeper nesting is no accident. */
const largestGrowth = 8

/** The largest text that is parsed and written anew, in bytes: parsing cannot give way in between. */
const largestParsed = 256 * 1024

/** A text that nests deeper is not parsed either: that takes the most time and memory for its length. */
const deepestParsed = 500

const bytesOf = (text: string): Uint8Array => encodeUtf8(text)

const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  start.every((byte, index) => bytes[index] === byte)

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= cr)

function* edges(body: Uint8Array): Generator<BodyGuess> {
  const { length } = body
  let [start, end] = [0, length]
  while (isSpace(body[start])) start++
  while (end > start && isSpace(body[end - 1])) end--
  if (body[length - 1] === lf) {
    const line = body[length - 2] === cr ? 2 : 1
    yield { code: 'body_newline_added', body: body.subarray(0, length - line) }
  }
  if (start > 0 || end < length) {
    yield { code: 'body_whitespace_added', body: body.subarray(start, end) }
    yield { code: 'body_whitespace_added', body: body.subarray(start) }
    yield { code: 'body_whitespace_added', body: body.subarray(0, end) }
  }
  for (const [before, after] of [
    ['', '\n'],
    ['', '\r\n'],
    ...[' ', '  ', '\t', '\n\n'].flatMap((space) => [
      ['', space],
      [space, ''],
    ]),
    ['\n', ''],
    ['\n', '\n'],
    [' ', ' '],
  ] as const) {
    const line = before === '' && /^\r?\n$/.test(after ?? '')
    const code = line ? 'body_newline_removed' : 'body_whitespace_removed'
    yield { code, body: concat(bytesOf(before ?? ''), body, bytesOf(after ?? '')) }
  }
}

/** How many line breaks there are of each kind. */
const countBreaks = (body: Uint8Array): { readonly crlf: number; readonly bare: number } => {
  let [crlf, bare] = [0, 0]
  for (let at = body.indexOf(lf); at >= 0; at = body.indexOf(lf, at + 1)) {
    if (body[at - 1] === cr) crlf++
    else bare++
  }
  return { crlf, bare }
}

/** The body with every line break written as `\n` or as `\r\n`. */
const withBreaks = (body: Uint8Array, breaks: 'lf' | 'crlf', length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let at = 0
  for (let from = 0; from < body.length; from++) {
    const byte = body[from] ?? 0
    if (byte === cr && body[from + 1] === lf) continue
    if (byte === lf && breaks === 'crlf') bytes[at++] = cr
    bytes[at++] = byte
  }
  return bytes
}

function* lineBreaks(body: Uint8Array): Generator<BodyGuess> {
  const { crlf, bare } = countBreaks(body)
  if (crlf > 0) yield { code: 'body_crlf', body: withBreaks(body, 'lf', body.length - crlf) }
  if (bare > 0) yield { code: 'body_lf', body: withBreaks(body, 'crlf', body.length + bare) }
}

const spacings: readonly JsonLayout[] = [
  { colon: ': ', comma: ', ' },
  ...['  ', '    ', '\t', ' ', '   '].map((indent) => ({ colon: ': ', comma: ',', indent })),
]

/** Whether brackets nest no deeper than is parsed; those within strings count as well, which does no harm. */
const isShallow = (body: Uint8Array): boolean => {
  let depth = 0
  for (const byte of body) {
    // `[` and `{`, `]` and `}`: they differ in one bit.
    if ((byte | 0x20) === 0x7b) depth++
    else if ((byte | 0x20) === 0x7d) depth--
    if (depth > deepestParsed) return false
  }
  return true
}

/** What parsing and writing makes of a JSON text, which may spell numbers and escapes otherwise. */
const rewritten = (body: Uint8Array): Uint8Array | undefined => {
  const text = body.length <= largestParsed && isShallow(body) ? decodeUtf8(body) : undefined
  try {
    return text === undefined ? undefined : bytesOf(JSON.stringify(JSON.parse(text)))
  } catch {
    // No JSON, or nested too deep to be written.
    return undefined
  }
}

async function* layouts(body: Uint8Array, budget: Budget): AsyncGenerator<BodyGuess> {
  if (!looksLikeJson(body)) return
  const scratch = new Uint8Array(Math.min(budget.left, largestGrowth * body.length + 1024))
  const laidOut = (layout: JsonLayout) => layOut(body, layout, scratch, budget.breathe)
  const minified = await laidOut({ colon: ':', comma: ',' })
  if (minified !== undefined) yield { code: 'body_pretty_printed', body: minified }
  const canonical = rewritten(body)
  if (canonical !== undefined) yield { code: 'body_pretty_printed', body: canonical }
  for (const spacing of spacings) {
    const form = await laidOut(spacing)
    if (form === undefined) continue
    yield { code: 'body_minified', body: form }
    if (form.length === scratch.length) continue
    scratch[form.length] = lf
    yield { code: 'body_minified', body: scratch.subarray(0, form.length + 1) }
  }
}

/** No accident replaces the same byte more often than this. */
const mostReplacements = 4096

/** Where the replacement character of Unicode begins, at the first places. */
const replacements = (body: Uint8Array): number[] => {
  const places: number[] = []
  let at = body.indexOf(0xef)
  for (; at >= 0 && places.length <= mostReplacements; at = body.indexOf(0xef, at + 1)) {
    if (body[at + 1] === 0xbf && body[at + 2] === 0xbd) places.push(at)
  }
  return places
}

/** Whether a replacement character stands in a body: bytes that are not UTF-8 may have been lost. */
export const hasReplacements = (body: Uint8Array): boolean => replacements(body).length > 0

/** Puts one byte where the replacement character stands, everywhere: all that a lost byte can have been. */
function* replacedBytes(body: Uint8Array): Generator<BodyGuess> {
  const places = replacements(body)
  if (places.length === 0 || places.length > mostReplacements) return
  const bytes = new Uint8Array(body.length - 2 * places.length)
  let from = 0
  places.forEach((place, index) => {
    bytes.set(body.subarray(from, place), from - 2 * index)
    from = place + 3
  })
  bytes.set(body.subarray(from), from - 2 * places.length)
  for (let byte = 0x80; byte <= 0xff; byte++) {
    places.forEach((place, index) => {
      bytes[place - 2 * index] = byte
    })
    yield { code: 'body_utf8_replaced', body: bytes }
  }
}

/** The bytes of a text that UTF-8 writes with letters of Latin-1 only, in Latin-1; undefined for any other. */
const asLatin1 = (body: Uint8Array): Uint8Array | undefined => {
  const bytes = new Uint8Array(body.length)
  let at = 0
  for (let from = 0; from < body.length; from++) {
    const byte = body[from] ?? 0
    if (byte < 0x80) bytes[at++] = byte
    else {
      const next = body[++from] ?? 0
      if ((byte !== 0xc2 && byte !== 0xc3) || (next & 0xc0) !== 0x80) return undefined
      bytes[at++] = ((byte & 3) << 6) | (next & 0x3f)
    }
  }
  return at === body.length ? undefined : bytes.subarray(0, at)
}

/** The bodies that may have been signed, the likeliest first, each made when it is asked for. */
export async function* alteredBodies(body: Uint8Array, budget: Budget): AsyncGenerator<BodyGuess> {
  const unpacked = await gunzip(body, budget.left)
  if (unpacked !== undefined) yield { code: 'body_gzip', body: unpacked }
  if (startsWith(body, byteOrderMark)) yield { code: 'body_bom_added', body: body.subarray(3) }
  yield* edges(body)
  yield* lineBreaks(body)
  yield* layouts(body, budget)
  const latin1 = asLatin1(body)
  if (latin1 !== undefined) yield { code: 'body_latin1', body: latin1 }
  yield { code: 'body_bom_removed', body: concat(byteOrderMark, body) }
  yield* replacedBytes(body)
}
