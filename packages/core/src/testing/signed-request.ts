import { assertOptions, type OptionNames } from '../check-options.ts'
import { WebhookConfigurationError } from '../errors.ts'
import type { Profile } from '../signature/profiles/profile.ts'
import { standardWebhooks } from '../signature/profiles/standard-webhooks.ts'
import type { SecretSpec } from '../signature/secrets.ts'
import { sign } from '../signature/sign.ts'
import { type EventToSend, writeEvent } from './write-event.ts'

/** A well-formed secret for tests. Everybody knows it: never configure it outside of them. */
export const testSecret = 'whsec_dGVzdC1vbmx5LWRvLW5vdC11c2UtaW4tcHJvZA=='

/** What {@link signedRequest} is made from: an event, or a body of your own. */
export interface SignedRequestOptions {
  /**
   * The event to send, such as `fixture('chat.message')`, laid out as the profile's envelope says: names and paths, flat
   * data, spellings of types, snake_case, a batch of one. Serialised once, and those bytes are signed.
   */
  readonly event?: EventToSend
  /** The exact body, instead of `event`: for bodies that are no events. */
  readonly body?: string | Uint8Array
  /** The secret, default {@link testSecret}. */
  readonly secret?: string | Uint8Array | SecretSpec
  /** The signed id, default the event's. */
  readonly id?: string
  /** The time of the attempt, unix seconds or a Date; default now. */
  readonly signedAt?: number | Date
  /** The wire, default `standardWebhooks()`: the same profile that the receiver has. */
  readonly profile?: Profile
  /**
   * More headers. They are signed only where the profile signs headers of their names; they may also overwrite what
   * signing adds, to spoil it.
   */
  readonly headers?: Readonly<Record<string, string>>
}

/** A signed request that `fetch`, `new Request` and `receiver.handle` take as it is. */
export interface SignedRequest {
  readonly method: 'POST'
  readonly headers: Record<string, string>
  /** Bytes whose buffer is not shared: newer types of `fetch` ask for that, and before TypeScript 5.7 there is no generic for it. */
  readonly body: string | (Uint8Array & { readonly buffer: ArrayBuffer })
}

const optionNames: OptionNames<SignedRequestOptions> = {
  event: 1,
  body: 1,
  secret: 1,
  id: 1,
  signedAt: 1,
  profile: 1,
  headers: 1,
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
  assertOptions<SignedRequestOptions>('signedRequest', options, optionNames)
  const { event, secret = testSecret, signedAt = new Date() } = options
  const profile = options.profile ?? standardWebhooks()
  if (event !== undefined && (typeof event !== 'object' || event === null)) {
    throw new WebhookConfigurationError(
      'input_invalid',
      `\`event\` is of type ${typeof event}.`,
      "Pass an event, such as `fixture('chat.message')`.",
    )
  }
  const written = event === undefined ? undefined : writeEvent(event, profile.envelope)
  const body = options.body ?? written?.body
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
    profile,
    headers: { ...written?.headers, ...options.headers },
  })
  const made = { 'content-type': 'application/json', ...written?.headers, ...headers }
  const overwritten = new Set(Object.keys(options.headers ?? {}).map((name) => name.toLowerCase()))
  const kept = Object.entries(made).filter(([name]) => !overwritten.has(name.toLowerCase()))
  return {
    method: 'POST',
    headers: { ...Object.fromEntries(kept), ...options.headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  }
}
