import { randomBytes } from 'node:crypto'

/** A fresh signing secret of 32 random bytes. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** What may be shown of a secret: its last four characters. */
export const secretHint = (secret: string): string => secret.slice(-4)
