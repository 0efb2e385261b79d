import {
  hmacBody,
  type Profile,
  standardWebhooks,
  timestamped,
  verifySignature,
} from '@ainexlayer/webhooks'
import { diagnose } from '@ainexlayer/webhooks/diagnose'
import type { SigningProfile } from '@ainexlayer/webhooks-contract'
import type { Db } from '../store/database.ts'
import { secretsOf } from '../store/webhook-rows.ts'
import { bytesOf } from './components/bytes.tsx'
import type { Attempt } from './shapes.ts'

/** What a receiver makes of the signature of an attempt. */
export interface SignatureCheck {
  readonly verdict: 'genuine' | 'refused' | 'unknown'
  /** What is the case, in one sentence, and how to mend it. */
  readonly message: string
  readonly fix?: string | undefined
  readonly code?: string | undefined
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly found: string }[]
}

const profileOf = (profile: SigningProfile): Profile => {
  switch (profile.kind) {
    case 'standard-webhooks':
      return standardWebhooks({ headerPrefix: profile.headerPrefix })
    case 'timestamped':
      return timestamped({ header: profile.header, encoding: profile.encoding })
    default:
      return hmacBody({
        header: profile.header,
        prefix: profile.prefix,
        encoding: profile.encoding,
      })
  }
}

/** The secrets of a webhook at a time: what its receiver was configured with then. */
const secretsAt = (db: Db, webhook: number, at: number): readonly string[] => {
  const { active, retired } = secretsOf(db, webhook, at)
  return [...active, ...retired]
    .filter(({ createdAt, expiresAt }) => createdAt <= at && (expiresAt ?? at + 1) > at)
    .map(({ value }) => value)
}

/** What is looked at. */
export interface CheckedAttempt {
  readonly db: Db
  /** The number of the webhook. */
  readonly webhook: number
  readonly profile: SigningProfile | undefined
  readonly attempt: Attempt
}

/** Verifies an attempt as its receiver does, at the time when it was sent; what fails is diagnosed. */
export const checkSignature = async ({
  db,
  webhook,
  profile,
  attempt,
}: CheckedAttempt): Promise<SignatureCheck> => {
  const { headers, body: text, bodyEncoding: encoding } = attempt.request
  const body = bytesOf({ text, encoding })
  const at = Date.parse(attempt.startedAt)
  const secret = secretsAt(db, webhook, at)
  const unknown = (message: string): SignatureCheck => ({ verdict: 'unknown', message, steps: [] })
  if (body === undefined) return unknown('The bytes are no longer kept.')
  if (profile === undefined) return unknown('The webhook was deleted, and its secrets with it.')
  if (secret.length === 0) return unknown('The secrets of that time are gone.')
  const input = { headers, body, secret: [...secret], profile: profileOf(profile), now: () => at }
  const checked = await verifySignature(input)
  if (checked.ok) {
    const which = secret.length === 1 ? 'the secret' : `one of ${secret.length} secrets`
    return { verdict: 'genuine', message: `Genuine: signed with ${which} of that time.`, steps: [] }
  }
  const { message, fix, code, checks } = await diagnose(input)
  return { verdict: 'refused', message, fix, code, steps: checks }
}
