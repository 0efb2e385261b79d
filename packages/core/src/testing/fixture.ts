import { didYouMean } from '../check-options.ts'
import { WebhookConfigurationError } from '../errors.ts'
import type { AinexlayerEvents } from '../events/catalog.ts'
import { type FixtureOf, fixtures } from './fixtures.ts'

let made = 0

/**
 * A fresh body of an event, with an id that no other has, and some fields of its data replaced.
 *
 * @example
 * const event = fixture('chat.message', { content: 'Hello' })
 */
export const fixture = <Type extends keyof AinexlayerEvents>(
  type: Type,
  data: Partial<FixtureOf<Type>['data']> = {},
): FixtureOf<Type> => {
  const base = fixtures[type]
  if (!Object.hasOwn(fixtures, type)) {
    throw new WebhookConfigurationError(
      'event_unknown',
      `There is no fixture of \`${type}\`.`,
      didYouMean(
        String(type),
        Object.keys(fixtures),
        'Write the event yourself: `{ id, type, timestamp, data }`.',
      ),
    )
  }
  made += 1
  return {
    ...base,
    id: `${base.id}_${Date.now().toString(36)}_${made}`,
    data: { ...base.data, ...data },
  }
}
