import { assertOptions, type OptionNames } from '../check-options.ts'
import { type BodyInput, toBytes } from '../encoding/bytes.ts'
import { WebhookConfigurationError } from '../errors.ts'
import type { Profile } from './profiles/profile.ts'
import { isSignedId } from './profiles/signed-fields.ts'
import { standardWebhooks } from './profiles/standard-webhooks.ts'
import { prepareSecrets, type SecretSpec } from './secrets.ts'

/** What {@link sign} needs. */
export interface SignOptions {
  /** The id of the event: stable over its retries. 1 to 256 printable characters without `.` and `,`. */
  readonly id: string
  /** The time of this attempt: unix **seconds**, or a Date. */
  readonly signedAt: number | Date
  /** The exact bytes that will be sent; a string is taken as UTF-8. */
  readonly body: BodyInput
  /** The secret to sign with. */
  readonly secret: string | Uint8Array | SecretSpec
  /** The wire to sign for, default `standardWebhooks()`. */
  readonly profile?: Profile
  /** The values of headers that the wire signs beside the id and the time (`signed: '{x-tenant}.{body}'`). */
  readonly headers?: Readonly<Record<string, string>>
}

const invalid = (message: string, fix: string): WebhookConfigurationError =>
  new WebhookConfigurationError('input_invalid', message, fix)

const unixSeconds = (time: number | Date): number => {
  const isDate = typeof time === 'object' && time !== null && 'getTime' in time
  const seconds = isDate ? Math.floor(time.getTime() / 1000) : time
  if (typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds >= 0) return seconds
  throw invalid(
    '`signedAt` is not a whole number of unix seconds.',
    'Pass seconds, not milliseconds or a text, or a Date.',
  )
}

const inLowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const optionNames: OptionNames<SignOptions> = {
  id: 1,
  signedAt: 1,
  body: 1,
  secret: 1,
  profile: 1,
  headers: 1,
}

/**
 * Signs one attempt: the profile's headers, ready for `fetch`. The sender's half of {@link verify},
 * for tests and for senders.
 *
 * @throws WebhookConfigurationError when the id, the time, the body or the secret is unusable
 *
 * @example
 * const headers = await sign({ id: 'msg_1', signedAt: new Date(), body, secret })
 * await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body })
 */
export const sign = async (options: SignOptions): Promise<Record<string, string>> => {
  assertOptions<SignOptions>('sign', options, optionNames)
  const profile = options.profile ?? standardWebhooks()
  if (!isSignedId(options.id)) {
    throw invalid(
      '`id` cannot be signed.',
      'Use 1 to 256 printable characters without a dot or a comma.',
    )
  }
  const signedAt = unixSeconds(options.signedAt)
  const body = toBytes(options.body)
  if (body === undefined)
    throw invalid('`body` is not bytes.', 'Pass the exact text or bytes that will be sent.')
  const [secret] = prepareSecrets(options.secret, profile.secretEncoding).secrets
  if (secret === undefined) throw invalid('`secret` is an empty list.', 'Pass one secret.')
  return profile.headers({
    id: options.id,
    signedAt,
    headers: inLowerCase(options.headers ?? {}),
    hmac: async (prefix) => secret.key.sign(prefix, body),
  })
}
