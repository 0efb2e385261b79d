import { createHmac } from 'node:crypto'
import type { SigningProfile } from '@ainexlayer/webhooks-contract'
import type { SigningPlan } from '../faults/signing-faults.ts'

/** The signed headers of a request, and what stands in front of the body in what they sign. */
export interface Signed {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly prefix: string
}

/**
 * Signs for a profile, with every secret. Not by core's `sign`, which rightly refuses the ids and timestamps of
 * some faults.
 */
export const signFor = (
  profile: SigningProfile,
  { id, timestamp, body, secrets }: SigningPlan,
): Signed => {
  const all = (prefix: string, encoding: 'hex' | 'base64'): string[] =>
    secrets.map((secret) =>
      createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
        .update(prefix)
        .update(body)
        .digest(encoding),
    )
  switch (profile.kind) {
    case 'timestamped': {
      const prefix = `${timestamp}.`
      const signatures = all(prefix, profile.encoding).map((one) => `v1=${one}`)
      return {
        headers: [[profile.header.toLowerCase(), [`t=${timestamp}`, ...signatures].join(',')]],
        prefix,
      }
    }
    case 'hmac-body': {
      const signatures = all('', profile.encoding).map((one) => `${profile.prefix}${one}`)
      return { headers: [[profile.header.toLowerCase(), signatures.join(', ')]], prefix: '' }
    }
    default: {
      const prefix = `${id}.${timestamp}.`
      const name = profile.headerPrefix
      const signatures = all(prefix, 'base64').map((one) => `v1,${one}`)
      return {
        headers: [
          [`${name}-id`, id],
          [`${name}-timestamp`, timestamp],
          [`${name}-signature`, signatures.join(' ')],
        ],
        prefix,
      }
    }
  }
}
