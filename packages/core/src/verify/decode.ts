import { decodeUtf8 } from '../encoding/utf8.ts'
import type { PayloadIssue } from '../errors.ts'
import type { EnvelopeNames, Refusal } from '../signature/profiles/profile.ts'

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
const parseJson = (text: string): unknown =>
  mayBePoisoned(text) ? JSON.parse(text, dropPoison) : JSON.parse(text)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const iso8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/

const isIso8601 = (text: string): boolean => iso8601.test(text) && !Number.isNaN(Date.parse(text))

/** Step 4: bytes to envelope. UTF-8 is taken strictly, a byte order mark is dropped. */
export const decode = (body: Uint8Array, names: EnvelopeNames): Envelope | Refusal => {
  const text = decodeUtf8(body)
  if (text === undefined) return unusable('not_utf8', { path: '', message: 'not UTF-8' })
  let value: unknown
  try {
    value = parseJson(text)
  } catch {
    return unusable('not_json', { path: '', message: 'not JSON' })
  }
  if (!isRecord(value)) return unusable('no_envelope', { path: '', message: 'not a JSON object' })
  const type = value[names.type]
  if (typeof type !== 'string' || type === '') {
    return unusable('no_envelope', { path: names.type, message: 'expected the name of the event' })
  }
  const timestamp = value[names.timestamp]
  if (timestamp !== undefined && !(typeof timestamp === 'string' && isIso8601(timestamp))) {
    return unusable('no_envelope', {
      path: names.timestamp,
      message: 'expected a time in ISO 8601',
    })
  }
  const id = value[names.id]
  return {
    ok: true,
    type,
    timestamp,
    data: value[names.data],
    id: typeof id === 'string' && id !== '' ? id : undefined,
  }
}
