import { assertOptions, type OptionNames } from '../../check-options.ts'
import { writeSignature } from '../write-signature.ts'
import type { SignatureForm } from '../written-signature.ts'
import { assertForm } from './check-form.ts'
import { type EnvelopeNames, standardEnvelope } from './envelope.ts'
import type { Profile } from './profile.ts'
import { maxSignatures } from './signed-fields.ts'
import { type SignedTextOptions, signedText } from './signed-text.ts'

/** Options of {@link hmacBody}. */
export interface HmacBodyOptions extends SignedTextOptions {
  /** The header with the signature, default `X-AINexLayer-Signature`. */
  readonly header?: string
  /** What stands in front of the signature in that header, default `sha256=`; may be empty. */
  readonly prefix?: string
  /** How the signature is written, default `hex`; hexadecimal may be of either letter case. */
  readonly encoding?: SignatureForm['encoding']
  /** The signed text, default `{body}`: the body alone. See {@link SignedTextOptions}. */
  readonly signed?: string
  /** The header with the timestamp; it must be signed as `{timestamp}`, and opens the replay window. */
  readonly timestampHeader?: string
  /** What differs in the JSON from `{ type, timestamp, data, id }`. */
  readonly envelope?: Partial<EnvelopeNames>
}

const optionNames: OptionNames<HmacBodyOptions> = {
  header: 1,
  prefix: 1,
  encoding: 1,
  signed: 1,
  timestampHeader: 1,
  timestampUnit: 1,
  idHeader: 1,
  envelope: 1,
}

/**
 * A signature in a header of its own, as GitHub, Shopify, Slack and many others send it: over the raw body alone, or
 * with headers in front of it (`signed`). The id comes from `idHeader`, else from the signed body (`id`), else it
 * is the SHA-256 of the body.
 *
 * **Without a signed timestamp there is no replay window**: nothing signed says when the request was made, so a
 * captured request stays valid for ever. Idempotency keeps it from running twice for as long as the retention.
 *
 * @throws WebhookConfigurationError `option_invalid` when `signed` cannot be verified
 *
 * @example
 * hmacBody({ header: 'X-Slack-Signature', prefix: 'v0=', signed: 'v0:{timestamp}:{body}', timestampHeader: 'X-Slack-Request-Timestamp' })
 */
export const hmacBody = (options: HmacBodyOptions = {}): Profile => {
  assertOptions<HmacBodyOptions>('hmacBody', options, optionNames)
  const name = (options.header ?? 'X-AINexLayer-Signature').toLowerCase()
  const form: SignatureForm = {
    mark: options.prefix ?? 'sha256=',
    encoding: options.encoding ?? 'hex',
  }
  assertForm('hmacBody', name, form.encoding)
  const timeName = options.timestampHeader?.toLowerCase() ?? ''
  const timestamp = { option: 'timestampHeader', given: options.timestampHeader !== undefined }
  const text = signedText(options.signed ?? '{body}', options, timestamp)
  // A repeated header arrives joined with ", "; where the mark has a comma, entries are separated by a space.
  const between = form.mark.includes(',') ? /,? / : ','

  return {
    name: 'hmac-body',
    secretEncoding: 'utf8',
    keptHeaders: timeName === '' ? text.names : [...text.names, timeName],
    envelope: { ...standardEnvelope, ...options.envelope },
    extract: (header) => {
      const value = header(name)
      if (!value) return { ok: false, code: 'missing_header', header: name }
      const time = timeName === '' ? '' : (header(timeName) ?? '')
      const read = text.read(header, time, timeName)
      if (!read.ok) return read
      const signatures = value.split(between, maxSignatures).map((entry) => entry.trim())
      const { id, signedAt, prefix } = read
      return {
        ok: true,
        id,
        signedAt,
        prefix,
        signatures,
        mark: form.mark,
        encoding: form.encoding,
      }
    },
    headers: async ({ id, signedAt, hmac, headers: given }) => {
      const { prefix, time, headers } = text.write(id, signedAt, given)
      return {
        ...headers,
        ...(timeName === '' ? {} : { [timeName]: time }),
        [name]: writeSignature(await hmac(prefix), form),
      }
    },
  }
}
