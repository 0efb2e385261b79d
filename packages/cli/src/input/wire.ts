import { hmacBody, type Profile, standardWebhooks, timestamped } from '@ainexlayer/webhooks'
import type { Endpoint } from '@ainexlayer/webhooks-sender'
import { usageError } from '../errors/cli-error.ts'
import { namedOptions } from './options-text.ts'

/** A wire, as the receiver's side and the sender's side name it. */
export interface Wire {
  readonly profile: Profile
  readonly sending: NonNullable<Endpoint['profile']>
  /** Whether a header carries the signed id. */
  readonly signsId: boolean
  /** Whether a header carries the signed time. */
  readonly signsTime: boolean
}

const encodingOf = (value: unknown): 'hex' | 'base64' => {
  if (value === 'hex' || value === 'base64') return value
  throw usageError('The encoding of a profile is hex or base64.')
}

const standard = (headerPrefix: 'webhook' | 'svix'): Wire => ({
  profile: standardWebhooks({ headerPrefix }),
  sending: { kind: 'standard-webhooks', headerPrefix },
  signsId: true,
  signsTime: true,
})

/** Reads `--profile`: `standard-webhooks`, `svix`, `timestamped[:header=…]`, `hmac-body[:header=…,prefix=…]`. */
export const wireOf = (text: string): Wire => {
  const { name, options } = namedOptions(text)
  const header = String(options['header'] ?? 'X-AINexLayer-Signature')
  const encoding = encodingOf(options['encoding'] ?? 'hex')
  switch (name) {
    case 'standard-webhooks':
      return standard('webhook')
    case 'svix':
      return standard('svix')
    case 'timestamped':
      return {
        profile: timestamped({ header, encoding }),
        sending: { kind: 'timestamped', header, encoding },
        signsId: false,
        signsTime: true,
      }
    case 'hmac-body': {
      const prefix = String(options['prefix'] ?? 'sha256=')
      return {
        profile: hmacBody({ header, encoding, prefix }),
        sending: { kind: 'hmac-body', header, prefix, encoding },
        signsId: false,
        signsTime: false,
      }
    }
    default:
      throw usageError(
        `There is no profile ${name}.`,
        'There are standard-webhooks, svix, timestamped and hmac-body.',
      )
  }
}
