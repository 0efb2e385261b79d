/** Which wire requests are signed for: one of the profiles of the SDK, with what differs from its defaults. */
export type SigningProfileInput =
  | { kind: 'standard-webhooks'; headerPrefix?: 'webhook' | 'svix' | undefined }
  | {
      kind: 'timestamped'
      /** Default: `X-AINexLayer-Signature`. */
      header?: string | undefined
      encoding?: 'hex' | 'base64' | undefined
    }
  | {
      kind: 'hmac-body'
      /** Default: `X-AINexLayer-Signature`. */
      header?: string | undefined
      /** What stands in front of the signature. Default: `sha256=`. */
      prefix?: string | undefined
      encoding?: 'hex' | 'base64' | undefined
    }

/** Which wire requests are signed for. */
export type SigningProfile =
  | { kind: 'standard-webhooks'; headerPrefix: 'webhook' | 'svix' }
  | { kind: 'timestamped'; header: string; encoding: 'hex' | 'base64' }
  | { kind: 'hmac-body'; header: string; prefix: string; encoding: 'hex' | 'base64' }
