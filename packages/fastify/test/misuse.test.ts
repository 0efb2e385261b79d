import fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { verifyWebhook, webhookHandler } from '../src/index.ts'

/** A function as plain JavaScript calls it, which no compiler looks at. */
const loose = (run: unknown) => run as (...args: unknown[]) => unknown

const register = (plugin: unknown, options: object) => {
  const app = fastify()
  return loose(app.register.bind(app))(plugin, options)
}

const mistakes: readonly (readonly [what: string, run: () => unknown, ...words: string[]])[] = [
  [
    'webhookHandler: an empty receiver',
    () => register(webhookHandler, { receiver: {}, url: '/' }),
    '`receiver` is an object without `handle`',
  ],
  [
    'webhookHandler: no url',
    () => register(webhookHandler, { receiver: { handle() {} } }),
    '`url` is missing',
  ],
  [
    'webhookHandler: a misspelt option',
    () => register(webhookHandler, { receiver: { handle() {} }, url: '/', remoteAdress: () => '' }),
    'Did you mean `remoteAddress`?',
  ],
  ['verifyWebhook: no receiver', () => register(verifyWebhook, {}), '`receiver` is missing'],
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
