import { importHmacKey } from '#crypto'
import type { OptionNames } from '../check-options.ts'
import { decodeBase64, fromUrlAlphabet } from '../encoding/base64.ts'
import { decodeHex } from '../encoding/hex.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { WebhookConfigurationError } from '../errors.ts'
import type { HmacKey } from './crypto.ts'
import type { HeaderReader } from './headers.ts'
import type { SecretEncoding } from './profiles/profile.ts'
import { unwrapped } from './unwrapped.ts'

/** One signing secret with what is known about it. */
export interface SecretSpec {
  /** The secret as the platform shows it (`whsec_…`), or its raw bytes. */
  readonly value: string | Uint8Array | undefined
  /** A name that may appear in logs and on the event; default `secret-1`, `secret-2`, … */
  readonly id?: string
  /**
   * The tenant that the secret belongs to, the same over rotations: events of different scopes never count as the
   * same one, whatever their ids. 1 to 256 characters.
   */
  readonly scope?: string | undefined
  /** How `value` is decoded. `whsec_…` is base64 without saying so. */
  readonly encoding?: SecretEncoding
  /** Refuses signatures made with it before this time. */
  readonly notBefore?: Date
  /** Refuses signatures made with it from this time on. */
  readonly notAfter?: Date
}

/** One secret or several: during a rotation the old and the new one are both accepted. */
export type SecretSet =
  | string
  | Uint8Array
  | undefined
  | SecretSpec
  | readonly (string | Uint8Array | undefined | SecretSpec)[]

/**
 * What a secret function is given. Nothing in it is verified yet: use it to choose, never to trust.
 *
 * @example
 * createReceiver({ secret: ({ env }: SecretRequest<Env>) => env.AINEXLAYER_WEBHOOK_SECRET })
 */
export interface SecretRequest<Env = unknown> {
  /** Reads one header of the request; several lines of a name come joined with `", "`. */
  readonly header: HeaderReader
  /** The second argument of `receiver.fetch`, or Hono's `c.env`: the bindings of a Worker. You say of what type they are. */
  readonly env: Env
}

/**
 * The secrets of a receiver: fixed, or a function that is asked for each request (many tenants, or a
 * secret that exists only at run time, as in a Next build or in a Worker's `env`). `null` says that there is no
 * secret for the request, such as one that names a tenant that does not exist: it is refused as a wrong
 * signature is. `undefined` is a secret that is missing: `misconfigured`.
 */
export type SecretSource<Env = unknown> =
  | SecretSet
  | ((request: SecretRequest<Env>) => SecretSet | null | Promise<SecretSet | null>)

/** A secret that is ready to verify with. */
export interface SigningSecret {
  readonly id: string
  readonly scope: string | undefined
  readonly key: HmacKey
  /** Unix milliseconds. */
  readonly notBefore: number
  /** Unix milliseconds. */
  readonly notAfter: number
}

/** Prepared secrets, and what deserves a warning about them. No warning holds a secret. */
export interface PreparedSecrets {
  readonly secrets: readonly SigningSecret[]
  readonly warnings: readonly string[]
}

/** Standard Webhooks asks for 24 to 64 bytes. */
const shortestKeyBytes = 24

const readFrom = 'Copy the secret of this endpoint again; in the platform it begins with `whsec_`.'

/** The error for a secret that is unusable, without the secret. */
export const malformed = (id: string, what: string, fix = readFrom): WebhookConfigurationError =>
  new WebhookConfigurationError('secret_malformed', `The secret "${id}" ${what}.`, fix)

const missing = (id: string): WebhookConfigurationError =>
  new WebhookConfigurationError(
    'secret_missing',
    `The secret "${id}" is missing or empty.`,
    'Set the environment variable that it is read from, before the process starts.',
  )

const withoutWrapping = (id: string, value: string, warnings: string[]): string => {
  const text = unwrapped(value)
  if (text !== value) {
    const what = text === value.trim() ? 'whitespace' : 'quotes'
    warnings.push(`The secret "${id}" has ${what} around it; it is used without.`)
  }
  return text
}

const decodeText = (id: string, text: string, encoding: SecretEncoding | undefined): Uint8Array => {
  if (text.startsWith('v1,')) {
    throw malformed(
      id,
      'begins with `v1,`',
      'Remove `v1,` from its front: that is the mark of a signature.',
    )
  }
  if (encoding === 'utf8') return encodeUtf8(text)
  if (encoding === 'hex') {
    const bytes = decodeHex(text)
    if (bytes === undefined) throw malformed(id, 'is not hexadecimal')
    return bytes
  }
  if (/^wh[sp]k_/.test(text)) {
    throw malformed(id, 'is an ed25519 key', 'Use the symmetric secret of the endpoint, `whsec_…`.')
  }
  if (/^(?:sk|pk|rk)_/.test(text)) {
    throw malformed(
      id,
      'looks like an API key',
      'Use the signing secret of the endpoint, `whsec_…`.',
    )
  }
  const prefixed = text.startsWith('whsec_')
  if (!prefixed && encoding === undefined) {
    throw new WebhookConfigurationError(
      'secret_encoding_unknown',
      `The secret "${id}" has no \`whsec_\` in front, so its encoding is not known.`,
      [
        "If it is a text as it stands, write `secret: { value, encoding: 'utf8' }`;",
        "if it is base64, write `secret: { value, encoding: 'base64' }` or put `whsec_` in front.",
      ].join(' '),
    )
  }
  const bare = prefixed ? text.slice('whsec_'.length) : text
  const base64 = encoding === 'base64url' ? fromUrlAlphabet(bare) : bare
  const bytes = decodeBase64(base64)
  if (bytes !== undefined) return bytes
  if (/^[A-Za-z0-9+/]+=*$/.test(base64)) {
    throw malformed(
      id,
      'is base64 that was cut or changed: its last characters do not fit its length',
    )
  }
  if (/^[\w-]+=*$/.test(base64)) {
    throw malformed(
      id,
      'is written in the url alphabet of base64 (`-` and `_`)',
      "Say so: `{ value, encoding: 'base64url' }`.",
    )
  }
  throw malformed(id, 'is not base64')
}

/** A secret's bytes, decoded as its form or its `encoding` says. */
const decodeSecret = (
  spec: SecretSpec,
  id: string,
  defaultEncoding: SecretEncoding | undefined,
  warnings: string[],
): Uint8Array => {
  const { value } = spec
  if (ArrayBuffer.isView(value)) {
    if (value.length === 0) throw missing(id)
    if (value.length < shortestKeyBytes) warnings.push(shortKeyWarning(id, value.length))
    return value
  }
  if (typeof value !== 'string') throw missing(id)
  const text = withoutWrapping(id, value, warnings)
  if (text === '' || text === 'undefined' || text === 'null') throw missing(id)
  const prefixed = text.startsWith('whsec_')
  const encoding = spec.encoding ?? (prefixed ? undefined : defaultEncoding)
  const bytes = decodeText(id, text, encoding)
  if (bytes.length === 0) throw missing(id)
  if (bytes.length < shortestKeyBytes) {
    if (prefixed && encoding === undefined) {
      throw new WebhookConfigurationError(
        'secret_too_short',
        `${shortKey(id, bytes.length)}`,
        'A `whsec_` secret has 24 bytes or more: part of it was probably not copied.',
      )
    }
    warnings.push(shortKeyWarning(id, bytes.length))
  }
  return bytes
}

const shortKey = (id: string, length: number): string =>
  `The secret "${id}" has ${length} bytes, fewer than ${shortestKeyBytes}: so short a key can be guessed.`

const shortKeyWarning = (id: string, length: number): string =>
  `${shortKey(id, length)} Replace it by a longer one, made at random.`

const instant = (id: string, name: string, date: Date | undefined, otherwise: number): number => {
  if (date === undefined) return otherwise
  const time = date instanceof Date ? date.getTime() : Number.NaN
  if (Number.isNaN(time)) {
    throw malformed(id, `has a \`${name}\` that is not a valid Date`, `Pass \`${name}\` as a Date.`)
  }
  return time
}

const isSpec = (entry: Exclude<SecretSet, readonly unknown[]>): entry is SecretSpec =>
  typeof entry === 'object' && !ArrayBuffer.isView(entry) && entry !== null

const fieldNames: OptionNames<SecretSpec> = {
  value: 1,
  id: 1,
  scope: 1,
  encoding: 1,
  notBefore: 1,
  notAfter: 1,
}
const encodings: OptionNames<Record<SecretEncoding, 1>> = {
  utf8: 1,
  hex: 1,
  base64: 1,
  base64url: 1,
}

/** Refuses what plain JavaScript lets pass: a misspelt `notAfter` would be a secret that never ends. */
const assertFields = (id: string, spec: SecretSpec): void => {
  if ('then' in spec) throw malformed(id, 'is a promise', 'Await it, or pass the function itself.')
  const known = (name: string, names: object, what: string): void => {
    if (Object.hasOwn(names, name)) return
    throw malformed(id, `has ${what} \`${name}\``, `Known: ${Object.keys(names).join(', ')}.`)
  }
  for (const name in spec) known(name, fieldNames, 'an unknown field')
  if (spec.encoding !== undefined) known(spec.encoding, encodings, 'an unknown encoding')
}

/** The secrets of a set, all in the same form. */
export const specsOf = (set: SecretSet): readonly SecretSpec[] => {
  const entries = Array.isArray(set) ? set : [set]
  return entries.map((entry) => (isSpec(entry) ? entry : { value: entry }))
}

/**
 * Decodes and checks a set of secrets once, so that no request pays for it.
 *
 * @throws WebhookConfigurationError `secret_missing`, `secret_malformed`, `secret_too_short`,
 * `secret_encoding_unknown`; its text names the secret by id and never holds it.
 */
export const prepareSecrets = (
  set: SecretSet,
  defaultEncoding: SecretEncoding | undefined,
): PreparedSecrets => {
  const specs = specsOf(set)
  if (specs.length === 0) throw missing('secret-1')
  const warnings: string[] = []
  const secrets = specs.map((spec, index): SigningSecret => {
    const id = spec.id ?? `secret-${index + 1}`
    assertFields(id, spec)
    const bytes = decodeSecret(spec, id, defaultEncoding, warnings)
    return {
      id,
      scope: spec.scope,
      key: importHmacKey(bytes),
      notBefore: instant(id, 'notBefore', spec.notBefore, Number.NEGATIVE_INFINITY),
      notAfter: instant(id, 'notAfter', spec.notAfter, Number.POSITIVE_INFINITY),
    }
  })
  return { secrets, warnings }
}
