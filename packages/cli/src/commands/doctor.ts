import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { usageError } from '../errors/cli-error.ts'
import { urlOf } from '../input/options-text.ts'
import { outputOf } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { examineEndpoint } from './doctor-endpoint.ts'
import type { DoctorOptions } from './doctor-options.ts'
import { examineRequest } from './doctor-request.ts'

const isEndpoint = (what: string, world: World): boolean =>
  /^https?:\/\//.test(what) || (!existsSync(resolve(world.cwd, what)) && /^[\w.-]+:\d+/.test(what))

/** Says what is wrong with a captured request, or with an endpoint. */
export const doctor = async (options: DoctorOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const { what } = options
  if (what !== undefined && what !== '-' && isEndpoint(what, world)) {
    return examineEndpoint({ ...options, url: urlOf(what) }, world, out)
  }
  if (what === undefined && options.header === undefined) {
    throw usageError(
      'There is nothing to examine.',
      'Give a URL, a file with a captured request, or --header and --body.',
    )
  }
  return examineRequest(options, world, out)
}
