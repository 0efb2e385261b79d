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

/** Step 3: is this body what a holder of one of the secrets signed, and recently? */
export const verify = async (
  config: VerifyConfig,
  header: HeaderReader,
  body: Uint8Array,
  env: unknown,
): Promise<VerifiedSignature | Refusal> => {
  const { profile, toleranceSeconds } = config
  try {
    const resolved = config.secrets({ header, env })
    const secrets = resolved instanceof Promise ? await resolved : resolved
    return await checkSignature(header, body, {
      profile,
      secrets,
      toleranceSeconds,
      nowMs: config.now(),
    })
  } catch (error) {
    // A secret that is missing at run time is our user's mistake, never the sender's.
    if (!isWebhookError(error)) throw error
    return { ok: false, code: 'misconfigured', reason: error.code, note: error.message }
  }
}
