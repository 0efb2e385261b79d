import { assertOptions, type OptionNames } from '../../check-options.ts'
import { encodeBase64 } from '../../encoding/base64.ts'
import type { HeaderReader } from '../headers.ts'
import { type EnvelopeNames, standardEnvelope } from './envelope.ts'
import type { Profile, Refusal } from './profile.ts'
import { isSignedId, maxSignatures, readTimestamp } from './signed-fields.ts'

/** Options of {@link standardWebhooks}. */
export interface StandardWebhooksOptions {
  /** The prefix of the three headers: `webhook` (default) gives `webhook-id`; `svix` is the older name. */
  readonly headerPrefix?: 'webhook' | 'svix'
  /** What differs in the JSON from `{ type, timestamp, data, id }`. */
  readonly envelope?: Partial<EnvelopeNames>
}

/** `v1,` and the 44 characters of 32 bytes in base64. */
const entryLength = 47

/** Nearly always there is one: nothing is split then. HTTP joins repeated header lines with ", ". */
const readSignatures = (value: string): string[] =>
  value.length === entryLength ? [value] : value.split(/,? /, maxSignatures)

/** The wire itself, without the check of the options: for the default, which has none. */
export const standardProfile = (
  prefix: 'webhook' | 'svix' = 'webhook',
  envelope: EnvelopeNames = standardEnvelope,
): Profile => {
  const names = {
    id: `${prefix}-id`,
    timestamp: `${prefix}-timestamp`,
    signature: `${prefix}-signature`,
  }
  const missing = (header: string): Refusal => ({ ok: false, code: 'missing_header', header })
  const malformed = (header: string): Refusal => ({ ok: false, code: 'malformed_header', header })

  return {
    name: 'standard-webhooks',
    keptHeaders: [names.id, names.timestamp],
    envelope,
    extract: (header: HeaderReader) => {
      const id = header(names.id)
      if (!id) return missing(names.id)
      const sentAt = header(names.timestamp)
      if (!sentAt) return missing(names.timestamp)
      const signature = header(names.signature)
      if (!signature) return missing(names.signature)
      if (!isSignedId(id)) return malformed(names.id)
      const signedAt = readTimestamp(sentAt)
      if (signedAt === undefined) return malformed(names.timestamp)
      return {
        ok: true,
        id,
        signedAt,
        prefix: `${id}.${sentAt}.`,
        signatures: readSignatures(signature),
        mark: 'v1,',
        encoding: 'base64',
      }
    },
    headers: async ({ id, signedAt, hmac }) => ({
      [names.id]: id,
      [names.timestamp]: String(signedAt),
      [names.signature]: `v1,${encodeBase64(await hmac(`${id}.${signedAt}.`))}`,
    }),
  }
}

const optionNames: OptionNames<StandardWebhooksOptions> = {
  headerPrefix: 1,
  envelope: 1,
}

/**
 * The wire of the public Standard Webhooks specification 1.0.0, and the default profile: headers
 * `webhook-id`, `webhook-timestamp` (unix seconds) and `webhook-signature` (space-separated
 * `v1,<base64>`; other versions are ignored), over `id.timestamp.body`.
 *
 * @example
 * createReceiver({ secret, profile: standardWebhooks({ headerPrefix: 'svix' }) })
 */
export const standardWebhooks = (options: StandardWebhooksOptions = {}): Profile => {
  assertOptions<StandardWebhooksOptions>('standardWebhooks', options, optionNames)
  return standardProfile(options.headerPrefix, { ...standardEnvelope, ...options.envelope })
}
