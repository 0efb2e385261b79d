import { isSignature } from '../signature/written-signature.ts'

/** Every token of a header that is as long as a signature, in hexadecimal and in base64, whatever stands in front of it. */
export const signatureTexts = (value: string): { hex: string[]; base64: string[] } => {
  const tokens = value.split(/[\s,]+|\b(?:v1|sha256)=/).slice(0, 64)
  const ofEncoding = (encoding: 'hex' | 'base64') =>
    tokens.filter((token) => isSignature(token, { mark: '', encoding }))
  return { hex: ofEncoding('hex'), base64: ofEncoding('base64') }
}
