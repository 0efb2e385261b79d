import { exitCodes } from '../errors/cli-error.ts'
import { confirm } from '../input/ask.ts'
import { timeOf } from '../input/time.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { type ApiOptions, apiClient } from './api-client.ts'

/** The options of `recover`. */
export interface RecoverOptions extends OutputOptions, ApiOptions {
  readonly webhook: string
  readonly since: string
  readonly until?: string | undefined
  readonly dryRun?: boolean | undefined
  /** Deliveries a second. */
  readonly rate?: number | undefined
  readonly yes?: boolean | undefined
}

/** Sends again everything that failed in a span of time; it is counted first. */
export const recover = async (options: RecoverOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const { webhook, since, until, rate } = options
  const { webhooks } = apiClient(options, world, out)
  const span = {
    since: timeOf(world, '--since', since),
    ...(until !== undefined && { until: timeOf(world, '--until', until) }),
    ...(rate !== undefined && { ratePerSecond: rate }),
  }
  const call = { signal: world.signal }
  const counted = await webhooks.recover(webhook, { ...span, dryRun: true }, call)
  const words = `${counted.matched} failed deliveries to ${webhook}`
  if (options.dryRun || counted.matched === 0) {
    out.data(counted, `${words}; nothing was sent.`)
    return exitCodes.ok
  }
  await confirm(world, `Send ${words} again?`, options.yes)
  const recovered = await webhooks.recover(webhook, span, call)
  out.data(recovered, `${recovered.queued} of ${recovered.matched} are on their way.`)
  return exitCodes.ok
}
