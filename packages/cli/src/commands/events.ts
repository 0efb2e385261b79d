import { exitCodes } from '../errors/cli-error.ts'
import { eventNames } from '../input/event-name.ts'
import { eventWords } from '../input/event-words.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import { table } from '../output/table.ts'
import type { World } from '../world/world.ts'

/** Lists the events of the platform. */
export const events = async (options: OutputOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  if (out.isJson) {
    for (const type of eventNames) out.data({ type, description: eventWords[type] }, undefined)
    return exitCodes.ok
  }
  const rows = eventNames.map((type) => [type, eventWords[type]])
  out.data({}, table(out, ['event', 'what happened'], rows))
  return exitCodes.ok
}
