import type { SignatureForm } from './written-signature.ts'

/**
 * What a runtime's cryptography must offer. Two files implement it, `crypto.node.ts` and
 * `crypto.web.ts`; the package's `#crypto` import picks one by export condition, never at run time.
 */
export interface HmacKey {
  /**
   * The HMAC-SHA256 (RFC 2104) of `prefix` followed by `body`, 32 bytes.
   *
   * @param prefix - what the profile signs in front of the body; ASCII
   */
  sign(prefix: string, body: Uint8Array): Uint8Array | Promise<Uint8Array>
  /**
   * Whether any of the signatures is that HMAC. Decodes each to 32 bytes, compares these in constant time, and
   * looks at every one whether or not an earlier one matched.
   */
  matches(
    prefix: string,
    body: Uint8Array,
    signatures: readonly string[],
    form: SignatureForm,
  ): boolean | Promise<boolean>
}

/** Makes a key ready for use once, so that no request pays for it. */
export type ImportHmacKey = (secret: Uint8Array) => HmacKey

/** The SHA-256 of bytes, in hexadecimal. */
export type Sha256Hex = (bytes: Uint8Array) => string | Promise<string>

/** A random text that nobody can guess: 122 bits, as a UUID. */
export type NewToken = () => string
