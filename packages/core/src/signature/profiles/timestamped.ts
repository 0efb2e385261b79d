import { encodeBase64 } from '../../encoding/base64.ts'
import { encodeHex } from '../../encoding/hex.ts'
import { type EnvelopeNames, type Profile, standardEnvelope } from './profile.ts'
import { maxSignatures, readTimestamp } from './signed-fields.ts'

/** Options of {@link timestamped}. */
export interface TimestampedOptions {
  /** The header with timestamp and signature, default `X-AINexLayer-Signature`. */
  readonly header?: string
  /** How the signature is written, default `hex`. */
  readonly encoding?: 'hex' | 'base64'
  /** Names of the envelope's fields that differ from `type`, `timestamp`, `data`, `id`. */
  readonly envelope?: Partial<EnvelopeNames>
}

/** `t=1614265330,v1=…` with one field a comma; spaces around a comma do no harm. */
const readFields = (value: string): { times: string[]; signatures: string[] } => {
  const times: string[] = []
  const signatures: string[] = []
  for (const field of value.split(',', maxSignatures + 1)) {
    const text = field.trim()
    if (text.startsWith('t=')) times.push(text.slice(2))
    else if (text.startsWith('v1=')) signatures.push(text)
  }
  return { times, signatures }
}

/**
 * One header `t=<unix seconds>,v1=<signature>` over `timestamp.body`, as Stripe sends it; several
 * `v1` may follow. The id comes from the signed body (`id`), else it is the SHA-256 of the body.
 */
export const timestamped = (options: TimestampedOptions = {}): Profile => {
  const name = (options.header ?? 'X-AINexLayer-Signature').toLowerCase()
  const encoding = options.encoding ?? 'hex'
  const encode = encoding === 'hex' ? encodeHex : encodeBase64

  return {
    name: 'timestamped',
    secretEncoding: 'utf8',
    envelope: { ...standardEnvelope, ...options.envelope },
    extract: (header) => {
      const value = header(name)
      if (!value) return { ok: false, code: 'missing_header', header: name }
      const fields = readFields(value)
      const [sentAt] = fields.times
      const signedAt = sentAt === undefined ? undefined : readTimestamp(sentAt)
      if (signedAt === undefined || fields.times.length > 1) {
        return { ok: false, code: 'malformed_header', header: name }
      }
      const { signatures } = fields
      return {
        ok: true,
        id: undefined,
        signedAt,
        prefix: `${signedAt}.`,
        signatures,
        mark: 'v1=',
        encoding,
      }
    },
    headers: async ({ signedAt, hmac }) => ({
      [name]: `t=${signedAt},v1=${encode(await hmac(`${signedAt}.`))}`,
    }),
  }
}
