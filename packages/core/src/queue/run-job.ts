import { claimKey } from '../pipeline/claim.ts'
import { decode } from '../pipeline/decode.ts'
import { eventOf } from '../pipeline/event.ts'
import { handleDelivery } from '../pipeline/handle-delivery.ts'
import type { Outcome } from '../pipeline/outcome.ts'
import { refuse } from '../pipeline/refuse.ts'
import { validate } from '../pipeline/validate.ts'
import type { ReceiverConfig } from '../receiver/config.ts'
import type { JobInfo } from '../receiver/context.ts'
import type { GenuineDelivery } from '../receiver/options.ts'
import { fromJob, storable } from './queue-job.ts'

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
  { job = { id: undefined, attempt: 1, queue: undefined }, signal, again = false }: WorkOptions,
): Promise<Outcome> => {
  const read = fromJob(data)
  if (read.endpoint !== config.endpoint) {
    const note = `The job is of the endpoint \`${read.endpoint}\`, this receiver's is \`${config.endpoint}\`.`
    return { outcome: 'failed', code: 'misconfigured', reason: 'endpoint_differs', note }
  }
  const envelope = decode(read.rawBody, config.profile.envelope)
  if (!envelope.ok) return refuse(envelope)
  const validation = await validate(config.schemas, envelope.type, envelope.data)
  // Only an id from the body can be one that the job had to replace characters of.
  const id = envelope.id !== undefined && storable(envelope.id) === read.id ? envelope.id : read.id
  if (again) await config.store.forget?.(await claimKey(config.endpoint, id))
  const { secretId, timestamp, receivedAtMs, rawBody } = read
  const signature = { ok: true, id, timestamp, secretId } as const
  const event = await eventOf(signature, envelope, validation, rawBody, receivedAtMs)
  const delivery: GenuineDelivery = {
    event,
    rawBody,
    timestamp,
    receivedAtMs,
    endpoint: read.endpoint,
    headers: read.headers,
  }
  return handleDelivery(config, delivery, validation, { headers: read.headers, job, stop: signal })
}
