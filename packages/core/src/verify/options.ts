import type { VerifyConfig } from '../pipeline/verify.ts'
import type { Profile, SecretEncoding } from '../profiles/profile.ts'
import { standardWebhooks } from '../profiles/standard-webhooks.ts'
import type { BodyInput } from '../signature/bytes.ts'
import type { HeadersInput } from '../signature/headers.ts'
import { prepareSecrets, type SecretSet, type SigningSecret } from '../signature/secrets.ts'

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

const standard = /* @__PURE__ */ standardWebhooks()

/** How many secrets are kept decoded. */
const keptSecrets = 100

const kept = new Map<SecretEncoding | undefined, Map<string, readonly SigningSecret[]>>()

/** Decodes a secret once: a server verifies with the same one over and over. */
const secretsOf = (
  set: SecretSet,
  encoding: SecretEncoding | undefined,
): readonly SigningSecret[] => {
  if (typeof set !== 'string') return prepareSecrets(set, encoding).secrets
  let byText = kept.get(encoding)
  const known = byText?.get(set)
  if (known !== undefined) return known
  const { secrets } = prepareSecrets(set, encoding)
  if (byText === undefined || byText.size >= keptSecrets) {
    byText = new Map()
    kept.set(encoding, byText)
  }
  byText.set(set, secrets)
  return secrets
}

/** The options of one call as the verifier's configuration. @throws WebhookConfigurationError for an unusable secret */
export const verifyConfig = (options: VerifyOptions): VerifyConfig => {
  const profile = options.profile ?? standard
  const secrets = secretsOf(options.secret, profile.secretEncoding)
  return {
    profile,
    secrets,
    toleranceSeconds: options.toleranceSeconds ?? 300,
    now: options.now ?? Date.now,
  }
}
