import { isWebhookError } from '../errors.ts'
import {
  checkSignature,
  type SignatureCheck,
  type VerifiedSignature,
} from '../signature/check-signature.ts'
import type { HeaderReader } from '../signature/headers.ts'
import type { Refusal } from '../signature/profiles/profile.ts'
import type { ResolveSecrets } from '../signature/secret-source.ts'
import type { SigningSecret } from '../signature/secrets.ts'

/** What step 3 depends on. */
export interface AuthenticateConfig extends SignatureCheck {
  /** Fixed and prepared, or a function that finds them for a request. */
  readonly secrets: readonly SigningSecret[] | ResolveSecrets
}

type Authentication = VerifiedSignature | Refusal

/** A secret that is missing at run time, or a clock that tells no time, is our user's mistake, never the sender's. */
const misconfigured = (error: unknown): Refusal => {
  if (!isWebhookError(error)) throw error
  return { ok: false, code: 'misconfigured', reason: error.code, note: error.message }
}

/** Checks with the secrets of the request, which are asked for once its headers are well-formed. */
const authenticateWithResolved = async (
  config: AuthenticateConfig,
  resolve: ResolveSecrets,
  header: HeaderReader,
  body: Uint8Array,
  env: unknown,
): Promise<Authentication> => {
  try {
    return await checkSignature(header, body, config, () => resolve({ header, env }))
  } catch (error) {
    return misconfigured(error)
  }
}

/**
 * Step 3: is this body what a holder of one of the secrets signed, and recently? Returns without a
 * promise where the secrets are fixed and the runtime's cryptography is synchronous.
 */
export const authenticate = (
  config: AuthenticateConfig,
  header: HeaderReader,
  body: Uint8Array,
  env: unknown,
): Authentication | Promise<Authentication> => {
  const { secrets } = config
  if (typeof secrets === 'function') {
    return authenticateWithResolved(config, secrets, header, body, env)
  }
  try {
    return checkSignature(header, body, config, secrets)
  } catch (error) {
    return misconfigured(error)
  }
}
