import { describe, expect, test } from 'vitest'
import { bullmqDispatch, bullmqWorker } from '../src/index.ts'

/** A function as plain JavaScript calls it, which no compiler looks at. */
const loose = (run: unknown) => run as (...args: unknown[]) => unknown

const mistakes: readonly (readonly [what: string, run: () => unknown, ...words: string[]])[] = [
  [
    'the name of a queue',
    () => loose(bullmqDispatch)('webhooks'),
    '`queue` is a text',
    'new Queue(',
  ],
  ['an empty queue', () => loose(bullmqDispatch)({}), '`queue` is an object without `add`'],
  [
    'a misspelt option',
    () => loose(bullmqDispatch)({ add() {}, getJob() {} }, { jobOption: {} }),
    'Did you mean `jobOptions`?',
  ],
  [
    'an empty receiver',
    () => loose(bullmqWorker)({}, { queueName: 'webhooks' }),
    '`receiver` is an object without `work`',
    'createReceiver',
  ],
  [
    'a misspelt name of a queue',
    () => loose(bullmqWorker)({ work() {} }, { quueName: 'webhooks' }),
    'Did you mean `queueName`?',
  ],
  [
    'a worker without options',
    () => loose(bullmqWorker)({ work() {} }),
    '`bullmqWorker`',
    'is missing',
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
