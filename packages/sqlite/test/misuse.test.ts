import { describe, expect, test } from 'vitest'
import { sqliteParking, sqliteStore, sqliteTransactional } from '../src/index.ts'

/** A function as plain JavaScript calls it, which no compiler looks at. */
const loose = (run: unknown) => run as (...args: unknown[]) => unknown

const mistakes: readonly (readonly [what: string, run: () => unknown, ...words: string[]])[] = [
  [
    'sqliteStore: a path for a database',
    () => loose(sqliteStore)({ db: 'webhooks.db' }),
    '`db` is a text',
    "new Database('webhooks.db')",
  ],
  [
    'sqliteStore: an empty database',
    () => loose(sqliteStore)({ db: {} }),
    '`db` is an object without `prepare`',
  ],
  ['sqliteStore: the path', () => loose(sqliteStore)('webhooks.db'), '`sqliteStore`', 'a text'],
  ['sqliteStore: nothing', () => loose(sqliteStore)(), 'is missing'],
  [
    'sqliteStore: a misspelt option',
    () => loose(sqliteStore)({ tabel: 'a' }),
    'Did you mean `table`?',
  ],
  [
    'sqliteTransactional: a path for a database',
    () => loose(sqliteTransactional)({ db: 'webhooks.db' }),
    '`db` is a text',
    "new Database('webhooks.db')",
  ],
  [
    'sqliteTransactional: an empty database',
    () => loose(sqliteTransactional)({ db: {} }),
    '`db` is an object without `prepare`',
  ],
  [
    'sqliteTransactional: the path',
    () => loose(sqliteTransactional)('webhooks.db'),
    '`sqliteTransactional`',
    'a text',
  ],
  ['sqliteTransactional: nothing', () => loose(sqliteTransactional)(), 'is missing'],
  [
    'sqliteTransactional: a misspelt option',
    () => loose(sqliteTransactional)({ tabel: 'a' }),
    'Did you mean `table`?',
  ],
  [
    'sqliteParking: a path for a database',
    () => loose(sqliteParking)({ db: 'webhooks.db' }),
    '`db` is a text',
    "new Database('webhooks.db')",
  ],
  [
    'sqliteParking: an empty database',
    () => loose(sqliteParking)({ db: {} }),
    '`db` is an object without `prepare`',
  ],
  [
    'sqliteParking: the path',
    () => loose(sqliteParking)('webhooks.db'),
    '`sqliteParking`',
    'a text',
  ],
  ['sqliteParking: nothing', () => loose(sqliteParking)(), 'is missing'],
  [
    'sqliteParking: a misspelt option',
    () => loose(sqliteParking)({ tabel: 'a' }),
    'Did you mean `table`?',
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
