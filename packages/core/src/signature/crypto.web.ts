import { encodeHex } from '../encoding/hex.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import type { ImportHmacKey, Sha256Hex } from './crypto.ts'
import { digestBytes, readSignature } from './written-signature.ts'

type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const algorithm = { name: 'HMAC', hash: 'SHA-256' }

/** WebCrypto has no streaming HMAC: prefix and body must lie in one buffer. */
const concat = (prefix: string, body: Uint8Array): Uint8Array<ArrayBuffer> => {
  const head = encodeUtf8(prefix)
  const bytes = new Uint8Array(head.length + body.length)
  bytes.set(head)
  bytes.set(body, head.length)
  return bytes
}

export const importHmacKey: ImportHmacKey = (secret) => {
  let imported: Promise<CryptoKey> | undefined
  // Imported at first use: a Worker's global scope may not start asynchronous work.
  const key = () =>
    (imported ??= crypto.subtle.importKey('raw', new Uint8Array(secret), algorithm, false, [
      'sign',
      'verify',
    ]))
  return {
    sign: async (prefix, body) =>
      new Uint8Array(await crypto.subtle.sign('HMAC', await key(), concat(prefix, body))),
    matches: async (prefix, body, signatures, form) => {
      const signed = concat(prefix, body)
      let matched = false
      for (const text of signatures) {
        const offered = new Uint8Array(digestBytes)
        if (!readSignature(text, form, offered)) continue
        const equal = await crypto.subtle.verify('HMAC', await key(), offered, signed)
        matched = equal || matched
      }
      return matched
    },
  }
}

export const sha256Hex: Sha256Hex = async (bytes) =>
  encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))))
