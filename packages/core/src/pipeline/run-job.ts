import type { JobInfo } from '../delivery/context.ts'
import type { GenuineDelivery } from '../delivery/delivery.ts'
import { fromJob, storable } from '../delivery/job.ts'
import { type Outcome, refuse } from '../delivery/outcome.ts'
import { readEvent } from '../verify/read-event.ts'
import { claimKey } from './claim.ts'
import type { ReceiverConfig } from './config.ts'
import { handleDelivery } from './handle-delivery.ts'

/** Options of `receiver.work`. */
export interface WorkOptions {
  /** What the engine says of the job; the handlers see it as `ctx.job`. */
  readonly job?: JobInfo | undefined
  /** Aborted when the engine gives up on this run; `ctx.signal` follows it. Needs Node 20.3. */
  readonly signal?: AbortSignal | undefined
  /**
   * Forgets first that the event was handled or parked, so that it runs again: for a deliberate replay;
   * default false. Does nothing while the event is in flight.
   */
  readonly again?: boolean | undefined
}

/**
 * Runs the handlers on a job. The event is made from the signed bytes again, by the same steps as inline,
 * so that a handler cannot tell where it runs.
 */
export const runJob = async (
  config: ReceiverConfig,
  data: unknown,
  { job = { id: undefined, run: 1, queue: undefined }, signal, again = false }: WorkOptions,
): Promise<Outcome> => {
  const read = fromJob(data)
  if (read.endpoint !== config.endpoint) {
    const note = `The job is of the endpoint \`${read.endpoint}\`, this receiver's is \`${config.endpoint}\`.`
    return { outcome: 'failed', code: 'misconfigured', reason: 'endpoint_differs', note }
  }
  const { id, secretId, signedAt, receivedAtMs, rawBody, endpoint, headers } = read
  const signature = { ok: true, id, signedAt, secretId } as const
  const opened = await readEvent(config, signature, rawBody, receivedAtMs)
  if (!opened.ok) return refuse(opened)
  const { bodyId, validation } = opened
  // Only an id from the body can be one that the job had to replace characters of.
  const isReplaced = bodyId !== undefined && bodyId !== id && storable(bodyId) === id
  const event = isReplaced ? { ...opened.event, id: bodyId } : opened.event
  if (again) await config.store.forget?.(await claimKey(config.endpoint, event.id))
  const delivery: GenuineDelivery = { event, rawBody, signedAt, receivedAtMs, endpoint, headers }
  return handleDelivery(config, delivery, validation, { headers, job, stop: signal })
}
