import * as z from 'zod'

/** The number of bytes of a text in base64 as an encoder writes it; undefined for any other text. */
const base64Bytes = (text: string): number | undefined => {
  try {
    const binary = atob(text)
    return btoa(binary) === text ? binary.length : undefined
  } catch {
    return undefined
  }
}

const isSecret = (value: string): boolean => {
  const bytes = value.startsWith('whsec_') ? (base64Bytes(value.slice(6)) ?? 0) : 0
  return bytes >= 24 && bytes <= 64
}

/** A signing secret of 24 to 64 bytes. */
export const secretInput = z
  .string()
  .max(100)
  .refine(isSecret, 'must be whsec_ and the base64 of 24 to 64 bytes, with its padding')

/** A new signing secret of 32 random bytes. */
export const newSecret = (): string =>
  `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`

/** The part of a secret that may be shown: its last four characters. */
export const secretHint = (secret: string): string => secret.slice(-4)
