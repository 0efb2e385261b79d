import { decodeUtf8 } from '../encoding/utf8.ts'
import type { PayloadIssue } from '../errors.ts'
import type { HeaderReader } from '../signature/headers.ts'
import type { EnvelopeNames, FieldPath } from '../signature/profiles/envelope.ts'
import type { Refusal } from '../signature/profiles/profile.ts'
import { camelCased } from './camel-case.ts'

/** The envelope of a genuine event, before its data is checked. */
export interface Envelope {
  readonly ok: true
  readonly type: string
  /** ISO 8601; undefined when the envelope has none. */
  readonly timestamp: string | undefined
  readonly data: unknown
  /** The id inside the signed body; undefined when it has none that is a text. */
  readonly id: string | undefined
}

const unusable = (reason: string, issue: PayloadIssue): Refusal => ({
  ok: false,
  code: 'invalid_payload',
  reason,
  issues: [issue],
})

/** A word of JSON whose letters may each be written as they are or as an escape. */
const spelled = (word: string): string =>
  [...word].map((letter) => `(?:${letter}|\\\\u00${letter.charCodeAt(0).toString(16)})`).join('')

/** A key with which prototypes are poisoned. */
const poisonedKey = /* @__PURE__ */ (() =>
  new RegExp(`"(?:${spelled('__proto__')}|${spelled('constructor')})"`, 'i'))()

/** The plain searches come first: they cost next to nothing, and nearly every text is done with them. */
const mayBePoisoned = (text: string): boolean =>
  (text.includes('__proto__') || text.includes('constructor') || text.includes('\\u00')) &&
  poisonedKey.test(text)

const dropPoison = (key: string, value: unknown): unknown => {
  if (key === '__proto__') return undefined
  const poisoned =
    key === 'constructor' &&
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, 'prototype')
  return poisoned ? undefined : value
}

/**
 * Parses JSON and drops the keys with which a later deep merge would write to a prototype:
 * `__proto__`, and `constructor` with a `prototype` in it. The reviver is slow, so it runs only for a
 * text that may need it.
 */
export const parseJson = (text: string): unknown =>
  mayBePoisoned(text) ? JSON.parse(text, dropPoison) : JSON.parse(text)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const iso8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/

const isIso8601 = (text: string): boolean => iso8601.test(text) && !Number.isNaN(Date.parse(text))

/** The value at a path; own fields only, so that a path never leads into a prototype. */
export const valueAt = (value: unknown, path: FieldPath): unknown => {
  let found = value
  if (typeof path === 'string')
    return isRecord(found) && Object.hasOwn(found, path) ? found[path] : undefined
  for (const name of path)
    found = isRecord(found) && Object.hasOwn(found, name) ? found[name] : undefined
  return found
}

const nameOf = (path: FieldPath): string => (typeof path === 'string' ? path : path.join('.'))

/** The first and the last second that a number is taken for: from 2001, with as many digits until 2286. */
const [firstSecond, lastSecond] = [1e9, 1e10]

/** ISO 8601 of a time as senders write it; undefined when it is none. */
const timeOf = (written: unknown): string | undefined => {
  if (typeof written === 'string' && isIso8601(written)) return written
  const isDigits = typeof written === 'string' && /^\d{10,13}$/.test(written)
  const number = isDigits ? Number(written) : written
  if (typeof number !== 'number') return undefined
  const ms = number < lastSecond ? number * 1000 : number
  const isTime = ms >= firstSecond * 1000 && ms < lastSecond * 1000
  return isTime ? new Date(ms).toISOString() : undefined
}

/** An id as a text. A number that JavaScript cannot hold exactly could be that of another event. */
const idOf = (written: unknown): string | undefined => {
  if (typeof written === 'string') return written === '' ? undefined : written
  return Number.isSafeInteger(written) ? String(written) : undefined
}

/** The fields beside the envelope's own. */
const restOf = (
  value: Record<string, unknown>,
  { type, typeHeader, timestamp, id }: EnvelopeNames,
): Record<string, unknown> => {
  const own = new Set<FieldPath>([typeHeader === undefined ? type : '', timestamp])
  if (id !== 'id') own.add(id)
  return Object.fromEntries(Object.entries(value).filter(([name]) => !own.has(name)))
}

/** A header is not signed: what does not look like the name of an event is not taken for one. */
const isName = (text: string): boolean => /^[!-~]{1,128}$/.test(text) && !text.includes(',')

const typeOf = (
  value: Record<string, unknown>,
  names: EnvelopeNames,
  header: HeaderReader,
): string | undefined => {
  const { typeHeader, typeMap, typeOf: spell } = names
  const written =
    typeHeader === undefined ? valueAt(value, names.type) : header(typeHeader.toLowerCase())
  if (typeof written !== 'string' || written === '') return undefined
  if (typeHeader !== undefined && !isName(written)) return undefined
  if (typeMap !== undefined && Object.hasOwn(typeMap, written)) return typeMap[written]
  return spell === undefined ? written : spell(written)
}

/** Step 4: bytes to envelope. UTF-8 is taken strictly, a byte order mark is dropped. */
export const decode = (
  body: Uint8Array,
  names: EnvelopeNames,
  header: HeaderReader,
): Envelope | Refusal => {
  const text = decodeUtf8(body)
  if (text === undefined) return unusable('not_utf8', { path: '', message: 'not UTF-8' })
  let value: unknown
  try {
    value = parseJson(text)
  } catch {
    return unusable('not_json', { path: '', message: 'not JSON' })
  }
  if (!isRecord(value)) return unusable('no_envelope', { path: '', message: 'not a JSON object' })
  const type = typeOf(value, names, header)
  if (typeof type !== 'string' || type === '') {
    const path = names.typeHeader ?? nameOf(names.type)
    return unusable('no_envelope', { path, message: 'expected the name of the event' })
  }
  const written = valueAt(value, names.timestamp)
  const timestamp = written === undefined ? undefined : timeOf(written)
  if (written !== undefined && timestamp === undefined) {
    return unusable('no_envelope', {
      path: nameOf(names.timestamp),
      message: 'expected a time in ISO 8601, or a number of seconds or milliseconds',
    })
  }
  const isFlat = names.data === 'rest'
  const data = isFlat ? restOf(value, names) : valueAt(value, names.data)
  return {
    ok: true,
    type,
    timestamp,
    data: names.camelCaseData === true ? camelCased(data) : data,
    id: isFlat && names.id === 'id' ? undefined : idOf(valueAt(value, names.id)),
  }
}
