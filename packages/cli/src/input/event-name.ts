import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { closest } from 'fastest-levenshtein'
import { CliError } from '../errors/cli-error.ts'

/** The name of one of the 19 events. */
export type EventName = keyof typeof ainexlayerEvents

const isEventName = (name: string): name is EventName => Object.hasOwn(ainexlayerEvents, name)

/** The names of all events. */
export const eventNames: readonly EventName[] = Object.keys(ainexlayerEvents).filter(isEventName)

const patterns = [...new Set(eventNames.map((name) => `${name.split('.')[0]}.*`))]

/** The error for an event that does not exist, with the nearest that does. */
export const unknownEvent = (name: string): CliError =>
  new CliError(
    'event_unknown',
    `There is no event ${name}.`,
    `Did you mean ${closest(name, name.endsWith('.*') ? patterns : eventNames)}? \`npx ainexlayer-webhooks events\` lists all of them.`,
  )

/** One event by its name. @throws CliError event_unknown */
export const eventNameOf = (name: string): EventName => {
  if (isEventName(name)) return name
  throw unknownEvent(name)
}

/** The events that a name or a pattern such as `document.*` stands for. @throws CliError event_unknown */
export const eventsMatching = (pattern: string): readonly EventName[] => {
  if (pattern === '*') return eventNames
  if (!pattern.endsWith('.*')) return [eventNameOf(pattern)]
  const found = eventNames.filter((name) => name.startsWith(pattern.slice(0, -1)))
  if (found.length === 0) throw unknownEvent(pattern)
  return found
}
