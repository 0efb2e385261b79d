import { WebhookConfigurationError } from '../errors.ts'
import type { Profile } from '../signature/profiles/profile.ts'
import type { SecretSpec } from '../signature/secrets.ts'
import { sign } from '../signature/sign.ts'

/** A well-formed secret for tests. Everybody knows it: never configure it outside of them. */
export const testSecret = 'whsec_dGVzdC1vbmx5LWRvLW5vdC11c2UtaW4tcHJvZA=='

/** What {@link signedRequest} is made from: an event, or a body of your own. */
export interface SignedRequestOptions {
  /** The event to send, such as `fixture('chat.message')`; serialised once, and those bytes are signed. */
  readonly event?: {
    readonly id?: string
    readonly type: string
    readonly timestamp?: string
    readonly data?: unknown
  }
  /** The exact body, instead of `event`: for bodies that are no events. */
  readonly body?: string | Uint8Array
  /** The secret, default {@link testSecret}. */
  readonly secret?: string | Uint8Array | SecretSpec
  /** The signed id, default the event's. */
  readonly id?: string
  /** The time of the attempt, unix seconds or a Date; default now. */
  readonly signedAt?: number | Date
  /** The wire, default `standardWebhooks()`. */
  readonly profile?: Profile
  /** More headers, not signed; they may also overwrite the signed ones, to spoil them. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A signed request that `fetch`, `new Request` and `receiver.handle` take as it is. */
export interface SignedRequest {
  readonly method: 'POST'
  readonly headers: Record<string, string>
  /** Bytes whose buffer is not shared: newer types of `fetch` ask for that, and before TypeScript 5.7 there is no generic for it. */
  readonly body: string | (Uint8Array & { readonly buffer: ArrayBuffer })
}

/**
 * Builds a request as the platform would send it, signed.
 *
 * @throws WebhookConfigurationError when there is neither `event` nor `body`, or it cannot be signed
 *
 * @example
 * const request = await signedRequest({ event: fixture('chat.message'), secret })
 * const result = await receiver.handle(request)          // without a server
 * const response = await fetch(url, request)             // over HTTP
 */
export const signedRequest = async (options: SignedRequestOptions): Promise<SignedRequest> => {
  const { event, secret = testSecret, signedAt = new Date() } = options
  const body = options.body ?? (event === undefined ? undefined : JSON.stringify(event))
  if (body === undefined) {
    throw new WebhookConfigurationError(
      'input_invalid',
      'There is nothing to sign.',
      'Pass `event` or `body`.',
    )
  }
  const headers = await sign({
    id: options.id ?? event?.id ?? 'msg_test',
    signedAt,
    body,
    secret,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  })
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, ...options.headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  }
}
