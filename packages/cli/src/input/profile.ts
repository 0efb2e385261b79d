import {
  type EnvelopeNames,
  hmacBody,
  isWebhookError,
  type Profile,
  type SignedTextOptions,
  standardWebhooks,
  timestamped,
} from '@ainexlayer/webhooks'
import { closest } from 'fastest-levenshtein'
import { usageError } from '../errors/cli-error.ts'
import { namedOptions } from './options-text.ts'

const envelopeKeys = ['type', 'timestamp', 'data', 'id', 'typeHeader'] as const

const textKeys = ['header', 'encoding', 'signed', 'timestampUnit', 'idHeader', ...envelopeKeys]

/** The keys of each profile; those of the envelope are its names for the fields of the JSON. */
const keysOf = {
  'standard-webhooks': [...envelopeKeys],
  svix: [...envelopeKeys],
  timestamped: [...textKeys, 'timestampField', 'signatureField', 'separator'],
  'hmac-body': [...textKeys, 'prefix', 'timestampHeader'],
} as const

type ProfileName = keyof typeof keysOf

const isProfileName = (name: string): name is ProfileName => Object.hasOwn(keysOf, name)

/** `--profile` in its parts. */
export interface WireText {
  readonly name: ProfileName
  /** Those that were given. */
  readonly keys: readonly string[]
  /** The value of a key as it was written. */
  text(key: string): string | undefined
}

/** Takes `--profile` apart: `name:key=value,…`. @throws CliError usage */
export const wireText = (profile: string): WireText => {
  const { name, options } = namedOptions(profile)
  if (!isProfileName(name)) {
    const names = Object.keys(keysOf)
    throw usageError(
      `There is no profile ${name}.`,
      `Did you mean ${closest(name, names)}? There are ${names.join(', ')}.`,
    )
  }
  const known: readonly string[] = keysOf[name]
  const keys = Object.keys(options)
  const unknown = keys.find((key) => !known.includes(key))
  if (unknown !== undefined) {
    throw usageError(
      `The profile ${name} has no ${unknown}.`,
      `Did you mean ${closest(unknown, known)}? It has ${known.join(', ')}.`,
    )
  }
  const text = (key: string): string | undefined =>
    Object.hasOwn(options, key) ? String(options[key]) : undefined
  return { name, keys, text }
}

const oneOf = <Value extends string>(
  { text }: WireText,
  key: string,
  values: readonly Value[],
): Value | undefined => {
  const given = text(key)
  if (given === undefined) return undefined
  const found = values.find((value) => value === given)
  if (found !== undefined) return found
  throw usageError(`The ${key} of a profile is ${values.join(' or ')}, not ${given}.`)
}

/** Only what was given: core has the defaults. */
const given = <Options extends object>(
  options: {
    readonly [Key in keyof Options]: Options[Key] | undefined
  },
): Partial<Options> => {
  const kept: Partial<Options> = {}
  for (const key in options) {
    const value = options[key]
    if (value !== undefined) kept[key] = value
  }
  return kept
}

const envelopeOf = ({ text }: WireText): Partial<EnvelopeNames> =>
  given<Pick<Required<EnvelopeNames>, (typeof envelopeKeys)[number]>>({
    type: text('type'),
    timestamp: text('timestamp'),
    data: text('data'),
    id: text('id'),
    typeHeader: text('typeHeader'),
  })

const signedOf = (wire: WireText): SignedTextOptions =>
  given<Required<SignedTextOptions>>({
    signed: wire.text('signed'),
    timestampUnit: oneOf(wire, 'timestampUnit', ['seconds', 'milliseconds', 'iso8601']),
    idHeader: wire.text('idHeader'),
  })

const built = (wire: WireText): Profile => {
  const { name, text } = wire
  const header = text('header')
  const encoding = oneOf(wire, 'encoding', ['hex', 'base64'])
  const envelope = envelopeOf(wire)
  switch (name) {
    case 'timestamped':
      return timestamped({
        ...signedOf(wire),
        ...given<{
          header: string
          encoding: 'hex' | 'base64'
          timestampField: string
          signatureField: string
          separator: ',' | ';' | ' '
        }>({
          header,
          encoding,
          timestampField: text('timestampField'),
          signatureField: text('signatureField'),
          separator: oneOf(wire, 'separator', [',', ';', ' ']),
        }),
        envelope,
      })
    case 'hmac-body':
      return hmacBody({
        ...signedOf(wire),
        ...given<{
          header: string
          encoding: 'hex' | 'base64'
          prefix: string
          timestampHeader: string
        }>({ header, encoding, prefix: text('prefix'), timestampHeader: text('timestampHeader') }),
        envelope,
      })
    default:
      return standardWebhooks({ headerPrefix: name === 'svix' ? 'svix' : 'webhook', envelope })
  }
}

/**
 * Reads `--profile`: `standard-webhooks`, `svix`, `timestamped[:header=…,signed=…]`, `hmac-body[:header=…,prefix=…]`.
 *
 * @throws CliError usage
 */
export const profileOf = (text: string): Profile => {
  const wire = wireText(text)
  try {
    return built(wire)
  } catch (error) {
    throw isWebhookError(error) ? usageError(error.message, error.fix) : error
  }
}
