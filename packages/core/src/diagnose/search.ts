import type { HmacKey } from '../signature/crypto.ts'
import { isSignature, type SignatureForm } from '../signature/written-signature.ts'
import type { Budget } from './budget.ts'

/** Signatures, and how they are written. */
export interface Signatures extends SignatureForm {
  readonly signatures: readonly string[]
}

/** Whether one of the keys made one of the signatures over `prefix` and `body`. */
export type Genuine = (
  keys: readonly HmacKey[],
  prefix: string,
  signatures: Signatures,
  body: Uint8Array,
) => Promise<boolean>

/** Asks that question as long as the budget lasts; then the answer is no, as for what was not found out. */
export const genuineWithin =
  (budget: Budget): Genuine =>
  async (keys, prefix, signatures, body) => {
    const texts = signatures.signatures.filter((text) => isSignature(text, signatures))
    if (texts.length === 0) return false
    for (const key of keys) {
      await budget.breathe()
      if (!budget.pay(body.length)) return false
      if (await key.matches(prefix, body, texts, signatures)) return true
    }
    return false
  }
