import { createHash, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import type { ImportHmacKey, Sha256 } from './crypto.ts'

export const importHmacKey: ImportHmacKey = (secret) => {
  const key = createSecretKey(secret)
  const digest = (prefix: string, body: Uint8Array) =>
    createHmac('sha256', key).update(prefix).update(body).digest()
  return {
    sign: digest,
    matches: (prefix, body, candidates) => {
      const expected = digest(prefix, body)
      let matched = false
      for (const candidate of candidates) {
        // `|` and not `||`: the last candidate costs the same whether or not the first one matched.
        matched = Boolean(Number(timingSafeEqual(expected, candidate)) | Number(matched))
      }
      return matched
    },
  }
}

export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest()
