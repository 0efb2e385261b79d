import type { Profile } from '@ainexlayer/webhooks'
import type { Endpoint } from '@ainexlayer/webhooks-sender'
import { usageError } from '../errors/cli-error.ts'
import { profileOf, type WireText, wireText } from './profile.ts'

/** A wire, as the receiver's side and the sender's side name it. */
export interface Wire {
  readonly profile: Profile
  readonly sending: NonNullable<Endpoint['profile']>
  /** Whether a header carries the signed id. */
  readonly signsId: boolean
  /** Whether a header carries the signed time. */
  readonly signsTime: boolean
}

/** What the sender here can write; a receiver understands more. */
const sendable: readonly string[] = ['header', 'prefix', 'encoding']

const sendingOf = ({ name, text }: WireText): Wire['sending'] => {
  const header = text('header') ?? 'X-AINexLayer-Signature'
  const encoding = text('encoding') === 'base64' ? 'base64' : 'hex'
  if (name === 'timestamped') return { kind: 'timestamped', header, encoding }
  if (name === 'hmac-body')
    return { kind: 'hmac-body', header, prefix: text('prefix') ?? 'sha256=', encoding }
  return { kind: 'standard-webhooks', headerPrefix: name === 'svix' ? 'svix' : 'webhook' }
}

/** Reads `--profile` for a command that sends events. @throws CliError usage */
export const wireOf = (profileText: string): Wire => {
  const profile = profileOf(profileText)
  const wire = wireText(profileText)
  const unsendable = wire.keys.find((key) => !sendable.includes(key))
  if (unsendable !== undefined) {
    throw usageError(
      `Events cannot be sent with the ${unsendable} of a profile.`,
      `The sender here knows ${sendable.join(', ')}; \`sign\`, \`verify\`, \`listen\`, \`replay\` and \`doctor\` with a captured request know the others.`,
    )
  }
  return {
    profile,
    sending: sendingOf(wire),
    signsId: profile.name === 'standard-webhooks',
    signsTime: wire.name !== 'hmac-body',
  }
}
