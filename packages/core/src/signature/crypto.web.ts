import { encodeHex } from '../encoding/hex.ts'
import { nodeBuiltin } from '../encoding/node-builtin.ts'
import type { ImportHmacKey, NewToken, Sha256Hex } from './crypto.ts'
import { digestBytes, readSignature } from './written-signature.ts'

/** The runtime's WebCrypto; Node's where a test environment such as jsdom has a `crypto` without `subtle`. */
const webCrypto = () =>
  globalThis.crypto?.subtle === undefined
    ? (nodeBuiltin('node:crypto')?.webcrypto ?? globalThis.crypto)
    : globalThis.crypto

type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const algorithm = { name: 'HMAC', hash: 'SHA-256' }

/**
 * WebCrypto has no streaming HMAC: prefix and body must lie in one buffer. It is a new one each time, because
 * what is shared between requests could be verified for one and believed of another.
 */
const concat = (prefix: string, body: Uint8Array): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(prefix.length + body.length)
  for (let i = 0; i < prefix.length; i++) bytes[i] = prefix.charCodeAt(i)
  bytes.set(body, prefix.length)
  return bytes
}

/** Each signature is verified, whether or not an earlier one matched. */
const verifyEach = async (
  key: CryptoKey,
  signatures: readonly Uint8Array<ArrayBuffer>[],
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> => {
  let matched = false
  for (const signature of signatures) {
    matched = (await webCrypto().subtle.verify('HMAC', key, signature, signed)) || matched
  }
  return matched
}

export const importHmacKey: ImportHmacKey = (secret) => {
  let importing: Promise<CryptoKey> | undefined
  let imported: CryptoKey | undefined
  // Imported at first use: a Worker's global scope may not start asynchronous work.
  const key = async (): Promise<CryptoKey> => {
    importing ??= webCrypto().subtle.importKey('raw', new Uint8Array(secret), algorithm, false, [
      'sign',
      'verify',
    ])
    const ready = await importing
    imported = ready
    return ready
  }
  return {
    sign: async (prefix, body) =>
      new Uint8Array(await webCrypto().subtle.sign('HMAC', await key(), concat(prefix, body))),
    matches: (prefix, body, written, form) => {
      const signatures: Uint8Array<ArrayBuffer>[] = []
      for (const text of written) {
        const signature = new Uint8Array(digestBytes)
        if (readSignature(text, form, signature)) signatures.push(signature)
      }
      const signed = concat(prefix, body)
      const [only] = signatures
      if (imported !== undefined && only !== undefined && signatures.length === 1) {
        return webCrypto().subtle.verify('HMAC', imported, only, signed)
      }
      return key().then((ready) => verifyEach(ready, signatures, signed))
    },
  }
}

export const sha256Hex: Sha256Hex = async (bytes) =>
  encodeHex(new Uint8Array(await webCrypto().subtle.digest('SHA-256', new Uint8Array(bytes))))

export const newToken: NewToken = () => webCrypto().randomUUID()
