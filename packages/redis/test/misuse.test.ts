import { describe, expect, test } from 'vitest'
import { redisStore } from '../src/index.ts'

/** A function as plain JavaScript calls it, which no compiler looks at. */
const loose = (run: unknown) => run as (...args: unknown[]) => unknown

const mistakes: readonly (readonly [what: string, run: () => unknown, ...words: string[]])[] = [
  [
    'an empty client',
    () => loose(redisStore)({ client: {} }),
    '`client` is an object without `evalsha`',
    'new Redis(url)',
  ],
  [
    'an address for a client',
    () => loose(redisStore)({ client: 'redis://localhost' }),
    '`client` is a text',
  ],
  [
    'a promise of a client',
    () => loose(redisStore)({ client: Promise.resolve() }),
    'a promise',
    '`await`',
  ],
  ['no client', () => loose(redisStore)({}), '`client` is missing'],
  ['nothing', () => loose(redisStore)(), '`redisStore`', 'is missing'],
  ['the address', () => loose(redisStore)('redis://localhost'), 'a text', '{ client: … }'],
  [
    'a misspelt option',
    () => loose(redisStore)({ client: {}, prefx: 'a:' }),
    '`redisStore` has no option `prefx`. Did you mean `prefix`?',
  ],
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
