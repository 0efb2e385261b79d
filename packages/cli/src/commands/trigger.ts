import { createMessage, type Message } from '@ainexlayer/webhooks-sender'
import { exitCodes, usageError } from '../errors/cli-error.ts'
import { eventData } from '../input/event-data.ts'
import { eventNames, eventsMatching } from '../input/event-name.ts'
import { faultOf } from '../input/fault.ts'
import { moreNames } from '../input/options-text.ts'
import { outputOf } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { sendDirectly } from './trigger-directly.ts'
import type { Triggered, TriggerOptions } from './trigger-options.ts'
import { sendThroughApi } from './trigger-through-api.ts'

const timestampOf = ({ timestamp }: TriggerOptions, world: World): string => {
  const time = timestamp === undefined ? world.clock.now() : Date.parse(timestamp)
  if (Number.isNaN(time)) throw usageError(`--timestamp is ISO 8601, not ${timestamp}.`)
  return new Date(time).toISOString()
}

const triggeredOf = async (options: TriggerOptions, world: World): Promise<Triggered> => {
  const types = options.all
    ? eventNames
    : options.events.flatMap((text) => moreNames(text)).flatMap(eventsMatching)
  if (types.length === 0) {
    throw usageError('There is no event to send.', 'Name one, such as chat.message, or pass --all.')
  }
  if (options.id !== undefined && types.length * options.count > 1) {
    throw usageError('--id is for one event.', 'Leave it out, and each gets an id of its own.')
  }
  const timestamp = timestampOf(options, world)
  const messages: Message[] = []
  for (const type of types) {
    const data = await eventData(world, type, options)
    for (let number = 0; number < options.count; number++) {
      messages.push(
        createMessage({
          type,
          data,
          timestamp,
          ...(options.id !== undefined && { id: options.id }),
        }),
      )
    }
  }
  const spacingMs = options.rate === undefined ? 0 : 1000 / options.rate
  return { messages, faults: (options.fault ?? []).map(faultOf), spacingMs }
}

/** Sends signed events: to a URL, or through the API to all its webhooks. */
export const trigger = async (options: TriggerOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const triggered = await triggeredOf(options, world)
  const { to } = options
  const delivered =
    to === undefined
      ? await sendThroughApi(options, triggered, world, out)
      : await sendDirectly({ ...options, to }, triggered, world, out)
  return delivered ? exitCodes.ok : exitCodes.failed
}
