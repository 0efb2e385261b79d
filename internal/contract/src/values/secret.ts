import * as z from 'zod'

/** A signing secret of 24 to 64 bytes. */
export const secretInput = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and the base64 of 24 to 64 bytes')

/** A new signing secret of 32 random bytes. */
export const newSecret = (): string =>
  `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`

/** The part of a secret that may be shown: its last four characters. */
export const secretHint = (secret: string): string => secret.slice(-4)
