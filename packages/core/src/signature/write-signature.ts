import { encodeBase64 } from '../encoding/base64.ts'
import { encodeHex } from '../encoding/hex.ts'
import type { SignatureForm } from './written-signature.ts'

/** Writes a signature as a sender does. */
export const writeSignature = (bytes: Uint8Array, { mark, encoding }: SignatureForm): string => {
  if (encoding === 'hex') return mark + encodeHex(bytes)
  const base64 = encodeBase64(bytes)
  return (
    mark +
    (encoding === 'base64'
      ? base64
      : base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))
  )
}
