import { isThenable } from '../async/thenable.ts'
import type { RefusalDetail, VerificationCode } from '../errors.ts'
import type { VerifiedSignature } from '../signature/check-signature.ts'
import { authenticate } from './authenticate.ts'
import { openRequest } from './open-request.ts'
import { authenticateConfig, type VerifyOptions } from './options.ts'

/** What {@link verifySignature} answers. */
export type SignatureResult =
  | (VerifiedSignature & { readonly code?: never })
  | (RefusalDetail & { readonly ok: false; readonly code: VerificationCode })

/**
 * Checks the signature and the time window alone: the body may be anything, and is not decoded. For
 * bodies that are no events; {@link safeVerify} gives the typed event as well. Never throws on input.
 *
 * @throws WebhookConfigurationError when the secret or an option is unusable
 */
export const verifySignature = async (options: VerifyOptions): Promise<SignatureResult> => {
  const config = authenticateConfig(options)
  const opened = openRequest(options)
  if (!opened.ok) return opened
  const checked = authenticate(config, opened.header, opened.body, undefined)
  return isThenable(checked) ? await checked : checked
}
