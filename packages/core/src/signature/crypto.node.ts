import * as nodeCrypto from 'node:crypto'
import type { ImportHmacKey, NewToken, Sha256Hex } from './crypto.ts'
import { digestBytes, readSignature } from './written-signature.ts'

const { createHash, createHmac, createSecretKey, hash, randomUUID, timingSafeEqual } = nodeCrypto

// Buffers that are kept: making a small array for each signature, and handing it to OpenSSL, costs more than the
// comparison. Nothing here is asynchronous, so one request at a time uses them.
const expected = Buffer.allocUnsafeSlow(digestBytes)
const offered = Buffer.allocUnsafeSlow(digestBytes)

export const importHmacKey: ImportHmacKey = (secret) => {
  const key = createSecretKey(secret)
  const hmacOf = (prefix: string, body: Uint8Array) =>
    createHmac('sha256', key).update(prefix).update(body)
  return {
    sign: (prefix, body) => hmacOf(prefix, body).digest(),
    matches: (prefix, body, signatures, form) => {
      expected.write(hmacOf(prefix, body).digest('binary'), 0, 'latin1')
      let matched = false
      for (const text of signatures) {
        if (!readSignature(text, form, offered)) continue
        // The comparison comes first: it is made whether or not an earlier one matched.
        matched = timingSafeEqual(expected, offered) || matched
      }
      return matched
    },
  }
}

/** In one call where Node has it (20.12 and later): it takes half the time. */
export const sha256Hex: Sha256Hex =
  typeof hash === 'function'
    ? (bytes) => hash('sha256', bytes, 'hex')
    : (bytes) => createHash('sha256').update(bytes).digest('hex')

// Node makes these in batches; 16 random bytes by themselves cost a hundred times more.
export const newToken: NewToken = () => randomUUID()
