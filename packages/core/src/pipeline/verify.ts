import { isWebhookError } from '../errors.ts'
import type { Refusal } from '../profiles/profile.ts'
import {
  checkSignature,
  type SignatureCheck,
  type VerifiedSignature,
} from '../signature/check-signature.ts'
import type { HeaderReader } from '../signature/headers.ts'
import type { ResolveSecrets } from '../signature/secret-source.ts'

/** What step 3 depends on. */
export interface VerifyConfig {
  readonly profile: SignatureCheck['profile']
  readonly secrets: ResolveSecrets
  readonly toleranceSeconds: number
  readonly now: () => number
}

type Verdict = VerifiedSignature | Refusal

/** A secret that is missing at run time is our user's mistake, never the sender's. */
const misconfigured = (error: unknown): Refusal => {
  if (!isWebhookError(error)) throw error
  return { ok: false, code: 'misconfigured', reason: error.code, note: error.message }
}

/**
 * Step 3: is this body what a holder of one of the secrets signed, and recently? Answers at once where
 * secrets and cryptography do: no promise is made for nothing on the way.
 */
export const verify = (
  config: VerifyConfig,
  header: HeaderReader,
  body: Uint8Array,
  env: unknown,
): Verdict | Promise<Verdict> => {
  const { profile, toleranceSeconds } = config
  const check = (secrets: SignatureCheck['secrets']) =>
    checkSignature(header, body, { profile, secrets, toleranceSeconds, nowMs: config.now() })
  try {
    const resolved = config.secrets({ header, env })
    if (resolved instanceof Promise) return resolved.then(check).catch(misconfigured)
    const verdict = check(resolved)
    return verdict instanceof Promise ? verdict.catch(misconfigured) : verdict
  } catch (error) {
    return misconfigured(error)
  }
}
