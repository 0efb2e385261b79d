import { isWebhookError } from '../../errors.ts'
import { type EnvelopeNames, standardEnvelope } from '../../signature/profiles/envelope.ts'
import { type HmacBodyOptions, hmacBody } from '../../signature/profiles/hmac-body.ts'
import type { Profile, SecretEncoding } from '../../signature/profiles/profile.ts'
import { isSignedId } from '../../signature/profiles/signed-fields.ts'
import { standardWebhooks } from '../../signature/profiles/standard-webhooks.ts'
import { type TimestampedOptions, timestamped } from '../../signature/profiles/timestamped.ts'
import { isIdName, isTypeHeader, type SignatureSite, type SignedValue } from './captured-request.ts'
import type { SecretReading } from './secret-readings.ts'
import type { SignedForm } from './signed-forms.ts'

/** A profile as it is written: the function's name and its options. */
export interface WrittenProfile {
  readonly maker: 'standardWebhooks' | 'hmacBody' | 'timestamped'
  readonly options: Readonly<Record<string, unknown>>
  readonly profile: Profile
}

/** The template of a signed text, and where its values come from. */
export interface Template {
  readonly signed: string
  readonly id: SignedValue | undefined
  readonly time: SignedValue | undefined
}

/** Writes what is signed as a template. */
export const templateOf = ({ pieces, behind, fromBody }: SignedForm): Template => {
  const values = pieces.filter((piece) => typeof piece !== 'string')
  const time = values.find(({ kind }) => kind === 'timestamp')
  const headers = values.filter((value) => value !== time)
  // What is named as an id is one; of the rest the first may be, if it can.
  const able = headers.filter(({ text }) => isSignedId(text))
  const id =
    able.find(({ header }) => isIdName(header)) ?? able.find(({ header }) => !isTypeHeader(header))
  const nameOf = (value: SignedValue): string => {
    if (value === time) return '{timestamp}'
    return value === id ? '{id}' : `{${value.header}}`
  }
  const text = (list: SignedForm['pieces']): string =>
    list.map((piece) => (typeof piece === 'string' ? piece : nameOf(piece))).join('')
  const front = fromBody ? `(a value of the body)${text(pieces.slice(1))}` : text(pieces)
  const shown = behind.map((piece) =>
    typeof piece === 'string'
      ? piece
      : piece.kind === 'timestamp'
        ? '{timestamp}'
        : `{${piece.header}}`,
  )
  return { signed: `${front}{body}${shown.join('')}`, id, time }
}

const without = (
  options: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => value !== undefined && value !== defaults[name],
    ),
  )

const standardOf = (
  { header, digest, marks }: SignatureSite,
  { signed, id, time }: Template,
): WrittenProfile | undefined => {
  const prefix = /^(webhook|svix)-signature$/.exec(header)?.[1]
  if (
    signed !== '{id}.{timestamp}.{body}' ||
    digest.encoding !== 'base64' ||
    !marks.includes('v1,') ||
    id?.header !== `${prefix}-id` ||
    time?.header !== `${prefix}-timestamp` ||
    time.unit !== 'seconds'
  ) {
    return undefined
  }
  const headerPrefix = prefix === 'svix' ? 'svix' : 'webhook'
  const options = without({ headerPrefix }, { headerPrefix: 'webhook' })
  return { maker: 'standardWebhooks', options, profile: standardWebhooks({ headerPrefix }) }
}

const timestampedOf = (site: SignatureSite, template: Template): WrittenProfile | undefined => {
  const { fields } = site
  const { signed, id, time } = template
  if (fields === undefined || time?.field === undefined || time.header !== site.header) {
    return undefined
  }
  const options: TimestampedOptions = {
    header: site.header,
    timestampField: time.field,
    signatureField: fields.signature,
    separator: fields.separator,
    encoding: encodingOf(site),
    signed,
    ...(time.unit === undefined ? {} : { timestampUnit: time.unit }),
    ...(id === undefined ? {} : { idHeader: id.header }),
  }
  const defaults = {
    timestampField: 't',
    signatureField: 'v1',
    separator: ',',
    encoding: 'hex',
    signed: '{timestamp}.{body}',
    timestampUnit: 'seconds',
  }
  return {
    maker: 'timestamped',
    options: without({ ...options }, defaults),
    profile: timestamped(options),
  }
}

const encodingOf = ({ digest }: SignatureSite): 'hex' | 'base64' | 'base64url' =>
  digest.padded ? digest.encoding : 'base64url'

const hmacBodyOf = (
  site: SignatureSite,
  { signed, id, time }: Template,
  mark: string,
): WrittenProfile | undefined => {
  if (time?.field !== undefined) return undefined
  const options: HmacBodyOptions = {
    header: site.header,
    prefix: mark,
    encoding: encodingOf(site),
    signed,
    ...(time === undefined ? {} : { timestampHeader: time.header }),
    ...(time?.unit === undefined ? {} : { timestampUnit: time.unit }),
    ...(id === undefined ? {} : { idHeader: id.header }),
  }
  const defaults = {
    prefix: 'sha256=',
    encoding: 'hex',
    signed: '{body}',
    timestampUnit: 'seconds',
  }
  return {
    maker: 'hmacBody',
    options: without({ ...options }, defaults),
    profile: hmacBody(options),
  }
}

/**
 * The profiles that may describe where a signature stands and what it signs, the simplest first; where a profile
 * refuses to be made, the reason.
 */
export function* profilesFor(
  site: SignatureSite,
  template: Template,
): Generator<WrittenProfile | { readonly refused: string }> {
  const makers = [
    () => standardOf(site, template),
    () => timestampedOf(site, template),
    ...site.marks.map((mark) => () => hmacBodyOf(site, template, mark)),
  ]
  for (const make of makers) {
    try {
      const written = make()
      if (written !== undefined) yield written
    } catch (error) {
      if (isWebhookError(error)) yield { refused: error.message }
    }
  }
}

/** The same profile for JSON that is laid out otherwise. */
export const withEnvelope = (
  { maker, options, profile }: WrittenProfile,
  envelope: Readonly<Partial<EnvelopeNames>>,
): WrittenProfile => ({
  maker,
  options: Object.keys(envelope).length === 0 ? options : { ...options, envelope },
  profile: { ...profile, envelope: { ...standardEnvelope, ...envelope } },
})

/** What `secret` is, as source text, and the encoding that it has to name. */
export const secretSource = (
  { encoding, whole, untrimmed }: SecretReading,
  { profile }: WrittenProfile,
  prefixed: boolean,
): { readonly source: string; readonly encoding: SecretEncoding | undefined } => {
  const variable = 'process.env.AINEXLAYER_WEBHOOK_SECRET'
  if (untrimmed) return { source: `new TextEncoder().encode(${variable})`, encoding: undefined }
  const implied = prefixed ? 'base64' : profile.secretEncoding
  if (whole && implied === encoding) return { source: variable, encoding: undefined }
  const value = whole ? variable : `${variable}?.slice('whsec_'.length)`
  return { source: `{ value: ${value}, encoding: '${encoding}' }`, encoding }
}

const literal = (value: unknown): string => {
  if (typeof value === 'string') {
    const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
    return `'${escaped}'`
  }
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([name, entry]) => `${keyOf(name)}: ${literal(entry)}`,
    )
    return `{ ${entries.join(', ')} }`
  }
  return String(value)
}

const keyOf = (name: string): string => (/^[a-zA-Z_$][\w$]*$/.test(name) ? name : literal(name))

/** A receiver with the profile, as TypeScript of five lines. */
export const sourceOf = ({ maker, options }: WrittenProfile, secret: string): string => {
  const given = Object.keys(options).length === 0 ? '' : literal(options)
  return [
    `import { createReceiver, ${maker} } from '@ainexlayer/webhooks'`,
    'export const receiver = createReceiver({',
    `  secret: ${secret},`,
    `  profile: ${maker}(${given}),`,
    '})',
  ].join('\n')
}
