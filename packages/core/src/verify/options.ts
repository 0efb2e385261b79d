import type { BodyInput } from '../encoding/bytes.ts'
import { WebhookConfigurationError } from '../errors.ts'
import { assertTolerance, checkedClock } from '../signature/clock.ts'
import type { HeadersInput } from '../signature/headers.ts'
import type { Profile, SecretEncoding } from '../signature/profiles/profile.ts'
import { standardProfile } from '../signature/profiles/standard-webhooks.ts'
import { SecretCache } from '../signature/secret-cache.ts'
import { prepareSecrets, type SecretSet, type SigningSecret } from '../signature/secrets.ts'
import type { AuthenticateConfig } from './authenticate.ts'

/** A request to verify: its headers in any shape, and its body as the bytes that arrived. */
export interface VerifyInput {
  /** `Headers`, Node's `IncomingHttpHeaders`, an object, an array of pairs or a Map; any letter case. */
  readonly headers: HeadersInput
  /** The bytes as they arrived, or their text (taken as UTF-8). Never a parsed object. */
  readonly body: BodyInput
}

/** What the free functions `verify`, `safeVerify` and `verifySignature` need beside the request. */
export interface VerifyOptions extends VerifyInput {
  /** One secret or several. */
  readonly secret: SecretSet
  /** The wire, default `standardWebhooks()`. */
  readonly profile?: Profile
  /** How old or how far ahead the signed timestamp may be, in seconds; default 300. */
  readonly toleranceSeconds?: number
  /** The clock, unix milliseconds; default `Date.now`. For a stored delivery: the time when it arrived. */
  readonly now?: () => number
}

const standard = /* @__PURE__ */ standardProfile()

const caches = /* @__PURE__ */ new Map<SecretEncoding | undefined, SecretCache>()

const secretsOf = (
  set: SecretSet,
  encoding: SecretEncoding | undefined,
): readonly SigningSecret[] => {
  const decode = () => prepareSecrets(set, encoding).secrets
  if (typeof set !== 'string') return decode()
  const cache = caches.get(encoding) ?? new SecretCache()
  caches.set(encoding, cache)
  return cache.get(set, decode)
}

/**
 * The options of one call as the configuration of the check.
 *
 * @throws WebhookConfigurationError for an unusable secret or tolerance
 */
export const authenticateConfig = (options: VerifyOptions): AuthenticateConfig => {
  // What a call without anything would else end in is a TypeError of ours.
  if (typeof options !== 'object' || options === null) {
    throw new WebhookConfigurationError(
      'option_invalid',
      'The options of the verification are missing.',
      'Pass `{ headers, body, secret }`.',
    )
  }
  const profile = options.profile ?? standard
  const secrets = secretsOf(options.secret, profile.secretEncoding)
  const toleranceSeconds = options.toleranceSeconds ?? 300
  assertTolerance(toleranceSeconds)
  return {
    profile,
    secrets,
    toleranceSeconds,
    now: options.now === undefined ? Date.now : checkedClock(options.now),
  }
}
