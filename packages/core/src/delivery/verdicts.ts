import { wholeSeconds } from './retry-after.ts'

const verdict = /* @__PURE__ */ Symbol.for('@ainexlayer/webhooks.verdict')

/**
 * Throw it in a handler to have the delivery answered 503 with Retry-After: the claim is released
 * and the sender's retry runs the handlers again.
 *
 * @example
 * if (response.status === 429) throw new RetryLater(60)
 */
export class RetryLater extends Error {
  override readonly name = 'RetryLater'
  readonly [verdict] = 'retry_later'
  /** Seconds after which the sender may try again; a whole number from 1 to 86 400. */
  readonly afterSeconds: number

  /** @param afterSeconds - seconds until the retry, default 30; rounded up to a whole number from 1 to 86 400 (a day). */
  constructor(afterSeconds = 30, message = 'retry later', options?: ErrorOptions) {
    super(message, options)
    this.afterSeconds = wholeSeconds(afterSeconds)
  }
}

/**
 * Throw it in a handler when no retry can help: the delivery is parked (answered 200 and kept for
 * `replay`). Without a parking place it is an ordinary failure, because a 2xx would lose the event.
 */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure'
  readonly [verdict] = 'permanent'
}

/** Throw it in a handler to answer 410: the sender should disable the endpoint. The claim is released. */
export class EndpointGone extends Error {
  override readonly name = 'EndpointGone'
  readonly [verdict] = 'gone'
}

/** What a thrown value asks for. Recognised by a brand, so that two copies of the package agree. */
export type Verdict =
  | { readonly kind: 'retry_later'; readonly afterSeconds: number }
  | { readonly kind: 'permanent' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed' }

const read = (thrown: object): Verdict => {
  if (!(verdict in thrown)) return { kind: 'failed' }
  switch (thrown[verdict]) {
    case 'retry_later':
      return {
        kind: 'retry_later',
        afterSeconds: wholeSeconds(Number('afterSeconds' in thrown ? thrown.afterSeconds : 30)),
      }
    case 'permanent':
      return { kind: 'permanent' }
    case 'gone':
      return { kind: 'gone' }
    default:
      return { kind: 'failed' }
  }
}

/** Reads what a handler's thrown value asks for; anything that is not a verdict is a plain failure. Never throws. */
export const verdictOf = (thrown: unknown): Verdict => {
  if (typeof thrown !== 'object' || thrown === null) return { kind: 'failed' }
  try {
    return read(thrown)
  } catch {
    // A proxy, or a getter that throws.
    return { kind: 'failed' }
  }
}
