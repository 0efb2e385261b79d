import { describe, expect, test } from 'vitest'
import { postgresParking, postgresStore, postgresTransactional } from '../src/index.ts'

/** A function as plain JavaScript calls it, which no compiler looks at. */
const loose = (run: unknown) => run as (...args: unknown[]) => unknown

const mistakes: readonly (readonly [what: string, run: () => unknown, ...words: string[]])[] = [
  [
    'postgresStore: an address for a client',
    () => loose(postgresStore)({ client: 'postgres://localhost/test' }),
    '`client` is a text',
    'new Pool({ connectionString })',
  ],
  [
    'postgresStore: an empty client',
    () => loose(postgresStore)({ client: {} }),
    '`client` is an object without `query`',
  ],
  ['postgresStore: nothing', () => loose(postgresStore)(), 'is missing'],
  [
    'postgresStore: a misspelt option',
    () => loose(postgresStore)({ tabel: 'a' }),
    'Did you mean `table`?',
  ],
  [
    'postgresTransactional: an address for a client',
    () => loose(postgresTransactional)({ client: 'postgres://localhost/test' }),
    '`client` is a text',
    'new Pool({ connectionString })',
  ],
  [
    'postgresTransactional: an empty client',
    () => loose(postgresTransactional)({ client: {} }),
    '`client` is an object without `connect`',
  ],
  ['postgresTransactional: nothing', () => loose(postgresTransactional)(), 'is missing'],
  [
    'postgresTransactional: a misspelt option',
    () => loose(postgresTransactional)({ tabel: 'a' }),
    'Did you mean `table`?',
  ],
  [
    'postgresParking: an address for a client',
    () => loose(postgresParking)({ client: 'postgres://localhost/test' }),
    '`client` is a text',
    'new Pool({ connectionString })',
  ],
  [
    'postgresParking: an empty client',
    () => loose(postgresParking)({ client: {} }),
    '`client` is an object without `query`',
  ],
  ['postgresParking: nothing', () => loose(postgresParking)(), 'is missing'],
  [
    'postgresParking: a misspelt option',
    () => loose(postgresParking)({ tabel: 'a' }),
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
