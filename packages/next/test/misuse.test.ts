import { describe, expect, test } from 'vitest'
import { verifyWebhook, webhookHandler } from '../src/index.ts'

/** A function as plain JavaScript calls it, which no compiler looks at. */
const loose = (run: unknown) => run as (...args: unknown[]) => unknown

const mistakes: readonly (readonly [what: string, run: () => unknown, ...words: string[]])[] = [
  [
    'verifyWebhook: an empty receiver',
    () => loose(verifyWebhook)({}),
    '`receiver` is an object without `verifyRequest`',
    'createReceiver',
  ],
  ['verifyWebhook: no receiver', () => loose(verifyWebhook)(), '`receiver` is missing'],
  [
    'webhookHandler: an empty receiver',
    () => loose(webhookHandler)({}),
    '`receiver` is an object without `fetch`',
    'createReceiver',
  ],
  ['webhookHandler: no receiver', () => loose(webhookHandler)(), '`receiver` is missing'],
]

describe('a mistake in plain JavaScript is a configuration error that names what was meant', () => {
  test.for(mistakes)('%s', async ([, run, ...words]) => {
    const error = await Promise.resolve()
      .then(run)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
    expect(error).toMatchObject({ name: 'WebhookConfigurationError', code: 'option_invalid' })
    for (const word of words) expect(String(error)).toContain(word)
  })
})
