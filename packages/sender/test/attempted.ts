import { fixture, testSecret } from '@ainexlayer/webhooks/testing'
import { type AttemptOptions, attemptDelivery, createMessage, systemClock } from '../src/index.ts'

export const message = createMessage(fixture('chat.message'))

/** Makes one attempt at a URL. */
export const attempted = (url: string, options: Partial<AttemptOptions> = {}) =>
  attemptDelivery({
    endpoint: { url, secrets: [testSecret] },
    message,
    number: 1,
    timeoutMs: 3000,
    clock: systemClock,
    ...options,
  })
