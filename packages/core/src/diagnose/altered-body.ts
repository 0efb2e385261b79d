import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.ts'
import type { DiagnosisCode } from './diagnosis.ts'
import { gunzip } from './gunzip.ts'

/** A body that the sender may have signed, if one known thing happened to it on the way. */
export interface BodyGuess {
  readonly code: DiagnosisCode
  readonly body: Uint8Array
}

const byteOrderMark = Uint8Array.from([0xef, 0xbb, 0xbf])
const replacement = Uint8Array.from([0xef, 0xbf, 0xbd])

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  start.every((byte, index) => bytes[index] === byte)

const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** A JSON text laid out anew without parsing it: numbers, escapes and the order of keys stay as they are. */
const layOut = (json: string, space: { readonly colon: string; readonly comma: string }): string =>
  json.replace(/"(?:[^"\\]|\\.)*"|\s+|[:,]/g, (token) => {
    if (token === ':') return space.colon
    if (token === ',') return space.comma
    return token.startsWith('"') ? token : ''
  })

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function* layouts(text: string): Generator<BodyGuess> {
  const value = jsonOf(text)
  if (typeof value !== 'object' || value === null) return
  const minified = new Set([layOut(text, { colon: ':', comma: ',' }), JSON.stringify(value)])
  for (const form of minified) yield { code: 'body_pretty_printed', body: encodeUtf8(form) }
  const spaced = [
    layOut(text, { colon: ': ', comma: ', ' }),
    ...[2, 4, '\t', 1, 3].map((indent) => JSON.stringify(value, null, indent)),
  ]
  for (const form of spaced) {
    yield { code: 'body_minified', body: encodeUtf8(form) }
    yield { code: 'body_minified', body: encodeUtf8(`${form}\n`) }
  }
}

function* edges(text: string): Generator<BodyGuess> {
  const guess = (code: DiagnosisCode, body: string): BodyGuess => ({ code, body: encodeUtf8(body) })
  if (/\r?\n$/.test(text)) yield guess('body_newline_added', text.replace(/\r?\n$/, ''))
  if (text !== text.trim()) {
    yield guess('body_whitespace_added', text.trim())
    yield guess('body_whitespace_added', text.trimStart())
    yield guess('body_whitespace_added', text.trimEnd())
  }
  yield guess('body_newline_removed', `${text}\n`)
  yield guess('body_newline_removed', `${text}\r\n`)
  for (const space of [' ', '  ', '\t', '\n\n']) {
    yield guess('body_whitespace_removed', text + space)
    yield guess('body_whitespace_removed', space + text)
  }
  yield guess('body_whitespace_removed', `\n${text}`)
  yield guess('body_whitespace_removed', `\n${text}\n`)
  yield guess('body_whitespace_removed', ` ${text} `)
}

function* lineBreaks(text: string): Generator<BodyGuess> {
  if (text.includes('\r\n'))
    yield { code: 'body_crlf', body: encodeUtf8(text.replaceAll('\r\n', '\n')) }
  if (/(?<!\r)\n/.test(text)) {
    yield { code: 'body_lf', body: encodeUtf8(text.replace(/\r?\n/g, '\r\n')) }
  }
}

/** Puts one byte where the replacement character stands, everywhere: all that a lost byte can have been. */
function* replacedBytes(body: Uint8Array): Generator<BodyGuess> {
  const places: number[] = []
  for (let at = 0; at + 2 < body.length; at++) {
    if (startsWith(body.subarray(at, at + 3), replacement)) places.push(at)
  }
  if (places.length === 0) return
  for (let byte = 0x80; byte <= 0xff; byte++) {
    const parts: Uint8Array[] = []
    let from = 0
    for (const place of places) {
      parts.push(body.subarray(from, place), Uint8Array.of(byte))
      from = place + 3
    }
    yield { code: 'body_utf8_replaced', body: concat(...parts, body.subarray(from)) }
  }
}

function* latin1(text: string): Generator<BodyGuess> {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0)
  if (codes.some((code) => code > 0x7f) && codes.every((code) => code <= 0xff)) {
    yield { code: 'body_latin1', body: Uint8Array.from(codes) }
  }
}

/** The bodies that may have been signed, the likeliest first. */
export async function* alteredBodies(body: Uint8Array): AsyncGenerator<BodyGuess> {
  if (startsWith(body, byteOrderMark)) yield { code: 'body_bom_added', body: body.subarray(3) }
  const text = decodeUtf8(body)
  if (text !== undefined) {
    yield* edges(text)
    yield* lineBreaks(text)
    yield* layouts(text)
    yield* latin1(text)
  }
  yield { code: 'body_bom_removed', body: concat(byteOrderMark, body) }
  yield* replacedBytes(body)
  const unpacked = await gunzip(body)
  if (unpacked !== undefined) yield { code: 'body_gzip', body: unpacked }
}
