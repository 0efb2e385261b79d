import * as z from 'zod'

const header = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header')

/** Which wire requests are signed for: one of the profiles of the SDK. */
export const profileSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('standard-webhooks'),
      headerPrefix: z.enum(['webhook', 'svix']).default('webhook'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('timestamped'),
      header: header.default('X-AINexLayer-Signature'),
      encoding: z.enum(['hex', 'base64']).default('hex'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('hmac-body'),
      header: header.default('X-AINexLayer-Signature'),
      prefix: z
        .string()
        .regex(/^[!-~]{0,32}$/)
        .default('sha256='),
      encoding: z.enum(['hex', 'base64']).default('hex'),
    })
    .strict(),
])

/** A wire that requests are signed for. */
export type SigningProfile = z.output<typeof profileSchema>

/** The wire of Standard Webhooks. */
export const defaultProfile: SigningProfile = { kind: 'standard-webhooks', headerPrefix: 'webhook' }

/** The headers of a profile, in lower case; a profile may sign no id and no timestamp. */
export const profileHeaders = (
  profile: SigningProfile,
): { readonly id?: string; readonly timestamp?: string; readonly signature: string } =>
  profile.kind === 'standard-webhooks'
    ? {
        id: `${profile.headerPrefix}-id`,
        timestamp: `${profile.headerPrefix}-timestamp`,
        signature: `${profile.headerPrefix}-signature`,
      }
    : { signature: profile.header.toLowerCase() }
