import { exitCodes } from '../errors/cli-error.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { type ApiOptions, apiClient } from './api-client.ts'

/** The options of `redeliver`. */
export interface RedeliverOptions extends OutputOptions, ApiOptions {
  readonly id: string
  /** Under a new id of the event, so that the receiver handles it again. */
  readonly asNewEvent?: boolean | undefined
}

/** Sends one delivery again: a new delivery with the same event. */
export const redeliver = async (options: RedeliverOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const delivery = await apiClient(options, world, out).deliveries.redeliver(
    options.id,
    { asNewEvent: options.asNewEvent },
    { signal: world.signal },
  )
  out.data(
    delivery,
    `${delivery.id}  ${delivery.eventType}  ${delivery.eventId}  ${delivery.status}`,
  )
  return exitCodes.ok
}
