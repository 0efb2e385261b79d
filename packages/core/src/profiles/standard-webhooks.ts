import { decodeBase64, encodeBase64 } from '../encoding/base64.ts'
import type { HeaderReader } from '../signature/headers.ts'
import { type EnvelopeNames, type Profile, type Refusal, standardEnvelope } from './profile.ts'
import { isSignedId, maxSignatures, readTimestamp } from './signed-fields.ts'

/** Options of {@link standardWebhooks}. */
export interface StandardWebhooksOptions {
  /** The prefix of the three headers: `webhook` (default) gives `webhook-id`; `svix` is the older name. */
  readonly headerPrefix?: 'webhook' | 'svix'
  /** Names of the envelope's fields that differ from `type`, `timestamp`, `data`, `id`. */
  readonly envelope?: Partial<EnvelopeNames>
}

/** `v1,` and the 44 characters of 32 bytes in base64. */
const entryLength = 47

/** One entry, decoded, when it is of version 1 and of the right length. */
const readSignature = (entry: string): Uint8Array | undefined => {
  // HTTP joins repeated header lines with ", ": the comma then ends an entry.
  const text = entry.length > entryLength && entry.endsWith(',') ? entry.slice(0, -1) : entry
  return text.length === entryLength && text.startsWith('v1,') ? decodeBase64(text, 3) : undefined
}

const readSignatures = (value: string): Uint8Array[] => {
  const signatures: Uint8Array[] = []
  // Nearly always there is one: nothing is split then.
  const entries = value.includes(' ') ? value.split(' ', maxSignatures) : [value]
  for (const entry of entries) {
    const bytes = readSignature(entry)
    if (bytes !== undefined) signatures.push(bytes)
  }
  return signatures
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
  const prefix = options.headerPrefix ?? 'webhook'
  const names = {
    id: `${prefix}-id`,
    timestamp: `${prefix}-timestamp`,
    signature: `${prefix}-signature`,
  }
  const missing = (header: string): Refusal => ({ ok: false, code: 'missing_header', header })
  const malformed = (header: string): Refusal => ({ ok: false, code: 'malformed_header', header })

  return {
    name: 'standard-webhooks',
    envelope: { ...standardEnvelope, ...options.envelope },
    extract: (header: HeaderReader) => {
      const id = header(names.id)
      if (!id) return missing(names.id)
      const sentAt = header(names.timestamp)
      if (!sentAt) return missing(names.timestamp)
      const signature = header(names.signature)
      if (!signature) return missing(names.signature)
      if (!isSignedId(id)) return malformed(names.id)
      const timestamp = readTimestamp(sentAt)
      if (timestamp === undefined) return malformed(names.timestamp)
      return {
        ok: true,
        id,
        timestamp,
        prefix: `${id}.${sentAt}.`,
        signatures: readSignatures(signature),
      }
    },
    headers: async ({ id, timestamp, hmac }) => ({
      [names.id]: id,
      [names.timestamp]: String(timestamp),
      [names.signature]: `v1,${encodeBase64(await hmac(`${id}.${timestamp}.`))}`,
    }),
  }
}
