import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { fixtures } from '@ainexlayer/webhooks/testing'
import * as z from 'zod'
import { exitCodes } from '../errors/cli-error.ts'
import { eventNameOf } from '../input/event-name.ts'
import { eventWords } from '../input/event-words.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import { type JsonSchema, typescriptType } from '../output/typescript-type.ts'
import type { World } from '../world/world.ts'

/** The options of `events show`. */
export interface EventsShowOptions extends OutputOptions {
  readonly event: string
}

const isJsonSchema = (value: object): value is JsonSchema => 'type' in value

/** Shows one event: what it says, its TypeScript type and an example; with `--json` its JSON Schema, too. */
export const eventsShow = async (options: EventsShowOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const type = eventNameOf(options.event)
  const schema = z.toJSONSchema(ainexlayerEvents[type].schema)
  const typescript = isJsonSchema(schema) ? typescriptType(schema) : 'unknown'
  const example = fixtures[type]
  const { bold } = out.colors
  out.data(
    { type, description: eventWords[type], schema, typescript, example },
    [
      `${bold(type)}  ${eventWords[type]}`,
      '',
      bold('data'),
      typescript,
      '',
      bold('example'),
      JSON.stringify(example, undefined, 2),
    ].join('\n'),
  )
  return exitCodes.ok
}
