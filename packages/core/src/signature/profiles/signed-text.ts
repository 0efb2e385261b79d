import { WebhookConfigurationError } from '../../errors.ts'
import type { HeaderReader } from '../headers.ts'
import type { Refusal } from './profile.ts'
import { isSignedId, readTimestamp } from './signed-fields.ts'

/** How a sender writes the time of an attempt. */
export type TimeUnit = 'seconds' | 'milliseconds' | 'iso8601'

/** Options for what a sender signs. Only what is signed is used: an unsigned value proves nothing. */
export interface SignedTextOptions {
  /**
   * The signed text, as a template. It ends with `{body}`, once; in front of it may stand `{timestamp}`, `{id}`,
   * other headers by their name (`{x-acme-event}`), and any ASCII text.
   */
  readonly signed?: string
  /** How the timestamp is written, default `seconds` (unix). */
  readonly timestampUnit?: TimeUnit
  /** The header with the event's id; it must be signed as `{id}`. */
  readonly idHeader?: string
}

/** What the signed text vouches for, and what of it stands in front of the body. */
interface ReadText {
  readonly ok: true
  readonly id: string | undefined
  readonly signedAt: number | undefined
  readonly prefix: string
}

/** A template of signed text, ready for use. */
export interface SignedText {
  /** The headers that it reads, without the timestamp's. */
  readonly names: readonly string[]
  /**
   * Reads the values of a request.
   *
   * @param time - the timestamp as it is written; empty where it is absent
   * @param timeHeader - the header that it stands in, for the refusal
   */
  read(header: HeaderReader, time: string, timeHeader: string): ReadText | Refusal
  /** What is signed in front of the body in an attempt, and the headers with its values; the timestamp as it is written. */
  write(
    id: string,
    signedAt: number,
    given?: Readonly<Record<string, string>>,
  ): {
    readonly prefix: string
    readonly time: string
    readonly headers: Readonly<Record<string, string>>
  }
}

/** A piece of a template: text as it stands, or the name of a value. */
type Piece =
  | { readonly text: string; readonly value?: never }
  | { readonly value: string; readonly text?: never }

const invalid = (message: string, fix: string): WebhookConfigurationError =>
  new WebhookConfigurationError('option_invalid', message, fix)

const piecesOf = (signed: string): readonly Piece[] =>
  signed
    .split(/(\{[^{}]*\})/)
    .filter((piece) => piece !== '')
    .map((piece) =>
      piece.startsWith('{') && piece.endsWith('}')
        ? { value: piece.slice(1, -1).toLowerCase() }
        : { text: piece },
    )

const checkBody = (signed: string, pieces: readonly Piece[]): void => {
  const bodies = pieces.filter(({ value }) => value === 'body').length
  if (bodies === 0) {
    throw invalid(
      '`signed` does not contain `{body}`.',
      "End it with `{body}`, as in '{timestamp}.{body}'.",
    )
  }
  if (bodies > 1)
    throw invalid('`signed` contains `{body}` more than once.', 'Write it once, last.')
  if (!signed.toLowerCase().endsWith('{body}')) {
    throw invalid(
      '`signed` has something after `{body}`.',
      'Only text in front of the body can be signed with it; a wire that signs something after it is not supported.',
    )
  }
}

const checkPiece = (piece: Piece, next: Piece | undefined): void => {
  if (piece.text !== undefined) {
    if (/^[\t\n\r\x20-\x7e]*$/.test(piece.text) && !/[{}]/.test(piece.text)) return
    throw invalid(
      '`signed` has a character that is not ASCII, or a brace that is not part of a placeholder.',
      'Write placeholders as `{timestamp}`, `{id}`, `{body}` or `{name-of-a-header}`.',
    )
  }
  const { value } = piece
  if (!/^(?:id|timestamp|body|[a-z0-9]+(?:-[a-z0-9]+)+)$/.test(value)) {
    throw invalid(
      `\`signed\` has the placeholder \`{${value}}\`, which stands for nothing.`,
      'Use `{timestamp}`, `{id}`, `{body}` or `{name-of-a-header}`.',
    )
  }
  const nextTo = next?.value
  const isOpen = value !== 'timestamp' && value !== 'body'
  if (isOpen && nextTo !== undefined && nextTo !== 'timestamp' && nextTo !== 'body') {
    throw invalid(
      `\`signed\` has nothing between \`{${value}}\` and \`{${nextTo}}\`, so it is not certain where one ends.`,
      'A wire that signs them so can be forged: have the sender put a separator between them.',
    )
  }
}

const needs = (pieces: readonly Piece[], name: string, option: string, given: boolean): void => {
  const used = pieces.some(({ value }) => value === name)
  if (used && !given) {
    throw invalid(
      `\`signed\` contains \`{${name}}\`, and \`${option}\` is missing.`,
      `Add \`${option}\`.`,
    )
  }
  if (!used && given) {
    throw invalid(
      `\`${option}\` is given, but \`signed\` does not contain \`{${name}}\`: what is not signed proves nothing.`,
      `Put \`{${name}}\` into \`signed\` where the sender signs it, or leave \`${option}\` out.`,
    )
  }
}

const iso8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/** Unix seconds of a timestamp as it is written; undefined when it is not well-formed. */
const secondsOf = (time: string, unit: TimeUnit): number | undefined => {
  if (unit === 'iso8601') {
    const ms = iso8601.test(time) ? Date.parse(time) : Number.NaN
    return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000)
  }
  const number = readTimestamp(time)
  if (number === undefined || unit === 'seconds') return number
  return Math.floor(number / 1000)
}

const timeText = (signedAt: number, unit: TimeUnit): string => {
  if (unit === 'iso8601') return new Date(signedAt * 1000).toISOString()
  return String(unit === 'seconds' ? signedAt : signedAt * 1000)
}

/** Digits of a timestamp until the year 2286. */
const digits = { seconds: 10, milliseconds: 13 } as const

/** Whether a header's value can be signed: 1 to 256 printable ASCII characters without a comma. */
export const isSignedValue = (text: string): boolean => isSignedId(text.replaceAll('.', '-'))

/**
 * Whether a value ends where the template says: it must not hold the text that follows it. Only in front of a
 * timestamp may it, so that types with dots can be separated by dots, as long as nothing in it can be taken for a
 * timestamp. Where nothing follows, the body does, and JSON begins with none of these characters.
 */
const endsWhereItShould = (
  value: string,
  next: Piece | undefined,
  afterNext: Piece | undefined,
): boolean => {
  if (next?.text !== undefined) {
    if (!value.includes(next.text)) return true
    return afterNext?.value === 'timestamp' && !/\d{4}/.test(value)
  }
  return next?.value === 'timestamp' || /^[\w-]+$/.test(value)
}

/**
 * Prepares a template of signed text.
 *
 * @param timestampOption - the option that says where the timestamp is; undefined where there is none
 * @throws WebhookConfigurationError `option_invalid` for a template that cannot be verified, and for a value that would
 * be read without being signed
 */
export const signedText = (
  signed: string,
  { timestampUnit = 'seconds', idHeader }: Omit<SignedTextOptions, 'signed'>,
  timestamp: { readonly option: string; readonly given: boolean },
): SignedText => {
  if (typeof signed !== 'string') throw invalid('`signed` is not a text.', "Write '{body}'.")
  if (!['seconds', 'milliseconds', 'iso8601'].includes(timestampUnit)) {
    throw invalid('`timestampUnit` is unknown.', 'Use `seconds`, `milliseconds` or `iso8601`.')
  }
  const pieces = piecesOf(signed)
  checkBody(signed, pieces)
  for (const [index, piece] of pieces.entries()) checkPiece(piece, pieces[index + 1])
  needs(pieces, 'timestamp', timestamp.option, timestamp.given)
  needs(pieces, 'id', 'idHeader', idHeader !== undefined)
  const idName = idHeader?.toLowerCase() ?? ''
  const front = pieces.slice(0, -1)
  const borders = (index: number): boolean =>
    front[index - 1]?.value !== undefined || pieces[index + 1]?.value !== undefined
  // With nothing beside it, a timestamp of another length could take digits from its neighbour.
  const exact =
    timestampUnit !== 'iso8601' &&
    front.some(({ value }, index) => value === 'timestamp' && borders(index))

  const names = front.flatMap(({ value }) =>
    value === undefined || value === 'timestamp' ? [] : [value === 'id' ? idName : value],
  )
  return {
    names,
    read: (header, time, timeHeader) => {
      let [id, signedAt, prefix]: [string | undefined, number | undefined, string] = [
        undefined,
        undefined,
        '',
      ]
      for (let index = 0; index < front.length; index++) {
        const { text, value } = front[index] ?? { text: '' }
        if (text !== undefined) {
          prefix += text
          continue
        }
        const name = value === 'id' ? idName : value === 'timestamp' ? timeHeader : value
        const written = value === 'timestamp' ? time : header(name)
        if (!written) return { ok: false, code: 'missing_header', header: name }
        if (value === 'timestamp') {
          signedAt = secondsOf(written, timestampUnit)
          const length = timestampUnit === 'iso8601' ? 0 : digits[timestampUnit]
          if (signedAt === undefined || (exact && written.length !== length)) {
            return { ok: false, code: 'malformed_header', header: name }
          }
        } else {
          const isId = value === 'id'
          const isValue = isId ? isSignedId(written) : isSignedValue(written)
          const after = isId ? undefined : pieces[index + 2]
          if (!isValue || !endsWhereItShould(written, pieces[index + 1], after)) {
            return { ok: false, code: 'malformed_header', header: name }
          }
          if (value === 'id') id = written
        }
        prefix += written
      }
      return { ok: true, id, signedAt, prefix }
    },
    write: (id, signedAt, given = {}) => {
      const time = timeText(signedAt, timestampUnit)
      const headers: Record<string, string> = {}
      const valueFor = (name: string): string => {
        if (name === 'timestamp') return time
        // Of a header that is not given, a word that cannot be mistaken for a real value.
        const value = name === 'id' ? id : (given[name] ?? 'signed')
        headers[name === 'id' ? idName : name] = value
        return value
      }
      const prefix = front.map(({ text, value }) => text ?? valueFor(value)).join('')
      return { prefix, time, headers }
    },
  }
}
