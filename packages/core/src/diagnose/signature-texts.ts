import { decodeBase64 } from '../encoding/base64.ts'
import { decodeHex } from '../encoding/hex.ts'

const digestBytes = 32

/** Every token of a header that reads as 32 bytes, in hexadecimal and in base64, whatever stands in front of it. */
export const signatureTexts = (value: string): { hex: Uint8Array[]; base64: Uint8Array[] } => {
  const hex: Uint8Array[] = []
  const base64: Uint8Array[] = []
  for (const token of value.split(/[\s,]+|\b(?:v1|sha256)=/).slice(0, 64)) {
    const asHex = token.length === 64 ? decodeHex(token) : undefined
    if (asHex?.length === digestBytes) hex.push(asHex)
    const asBase64 = token.length === 44 || token.length === 43 ? decodeBase64(token) : undefined
    if (asBase64?.length === digestBytes) base64.push(asBase64)
  }
  return { hex, base64 }
}
