import { encodeBase64 } from '../../encoding/base64.ts'
import { encodeHex } from '../../encoding/hex.ts'
import { type EnvelopeNames, type Profile, standardEnvelope } from './profile.ts'
import { maxSignatures } from './signed-fields.ts'

/** Options of {@link hmacBody}. */
export interface HmacBodyOptions {
  /** The header with the signature, default `X-AINexLayer-Signature`. */
  readonly header?: string
  /** What stands in front of the signature in that header, default `sha256=`; may be empty. */
  readonly prefix?: string
  /** How the signature is written, default `hex`; hexadecimal may be of either letter case. */
  readonly encoding?: 'hex' | 'base64'
  /** Names of the envelope's fields that differ from `type`, `timestamp`, `data`, `id`. */
  readonly envelope?: Partial<EnvelopeNames>
}

/**
 * A signature over the raw body alone, as GitHub and many others send it. The id comes from the
 * signed body (`id`), else it is the SHA-256 of the body.
 *
 * **There is no replay window**: nothing signed says when the request was made, so a captured request
 * stays valid for ever. Idempotency keeps it from running twice for as long as the retention.
 */
export const hmacBody = (options: HmacBodyOptions = {}): Profile => {
  const name = (options.header ?? 'X-AINexLayer-Signature').toLowerCase()
  const prefix = options.prefix ?? 'sha256='
  const encoding = options.encoding ?? 'hex'
  const encode = encoding === 'hex' ? encodeHex : encodeBase64

  return {
    name: 'hmac-body',
    secretEncoding: 'utf8',
    envelope: { ...standardEnvelope, ...options.envelope },
    extract: (header) => {
      const value = header(name)
      if (!value) return { ok: false, code: 'missing_header', header: name }
      // A repeated header arrives joined with a comma; neither base64 nor hex has one.
      const signatures = value.split(',', maxSignatures).map((entry) => entry.trim())
      return {
        ok: true,
        id: undefined,
        signedAt: undefined,
        prefix: '',
        signatures,
        mark: prefix,
        encoding,
      }
    },
    headers: async ({ hmac }) => ({ [name]: prefix + encode(await hmac('')) }),
  }
}
