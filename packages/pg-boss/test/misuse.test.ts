import { describe, expect, test } from 'vitest'
import { pgBossDispatch, pgBossWorker } from '../src/index.ts'

const boss = { send() {}, getQueue() {}, work() {} }

/** A function as plain JavaScript calls it, which no compiler looks at. */
const loose = (run: unknown) => run as (...args: unknown[]) => unknown

const mistakes: readonly (readonly [what: string, run: () => unknown, ...words: string[]])[] = [
  [
    'an address for an instance',
    () => loose(pgBossDispatch)('postgres://localhost', { queue: 'a' }),
    '`boss` is a text',
    'new PgBoss(',
  ],
  [
    'an empty instance',
    () => loose(pgBossDispatch)({}, { queue: 'a' }),
    '`boss` is an object without `send`',
  ],
  [
    'the name of the queue',
    () => loose(pgBossDispatch)(boss, 'webhooks'),
    'a text',
    '{ queue: … }',
  ],
  ['a misspelt option', () => loose(pgBossDispatch)(boss, { quue: 'a' }), 'Did you mean `queue`?'],
  [
    'an empty receiver',
    () => loose(pgBossWorker)({}, boss, { queue: 'a' }),
    '`receiver` is an object without `work`',
  ],
  [
    'a misspelt option of the worker',
    () => loose(pgBossWorker)({ work() {} }, boss, { queue: 'a', batchsize: 5 }),
    'Did you mean `batchSize`?',
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
