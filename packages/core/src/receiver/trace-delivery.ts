import type { Deadline } from '../async/deadline.ts'
import type { DeliveryEnd, DeliveryMessage } from '../delivery/channel-messages.ts'
import type { JobInfo } from '../delivery/context.ts'
import { answer, type Outcome } from '../delivery/outcome.ts'
import type { ReceiverConfig } from '../pipeline/config.ts'
import type { PipelineResult } from '../pipeline/run-pipeline.ts'
import { type HeadersInput, headerReader } from '../signature/headers.ts'

const absent = { event: undefined, code: undefined, reason: undefined, run: undefined }

const endOf = (outcome: Outcome): DeliveryEnd => {
  const { event, code, reason, run } = { ...absent, ...outcome }
  return {
    id: event?.id,
    type: event?.type,
    isKnown: event && event.unknown !== true,
    eventTimeMs: event && Date.parse(event.timestamp),
    secretId: event?.secretId,
    outcome: outcome.outcome,
    code,
    reason,
    run,
  }
}

/** What is told of a delivery before anything of it was checked. */
export const aboutDelivery = (
  { endpoint }: ReceiverConfig,
  entrance: DeliveryMessage['entrance'],
  headers: HeadersInput,
  receivedAtMs: number | undefined,
  job?: JobInfo,
): DeliveryMessage => {
  const header = headerReader(headers)
  return {
    endpoint,
    entrance,
    traceparent: header('traceparent'),
    tracestate: header('tracestate'),
    job,
    receivedAtMs,
  }
}

/** Adds how it ended. */
export const fillDelivery = (
  message: DeliveryMessage,
  deadline: Deadline,
  { outcome, others }: PipelineResult,
): void => {
  const isAnswered = message.entrance !== 'work' && outcome.outcome !== 'verified'
  Object.assign(message, endOf(outcome), {
    bytes: deadline.bytes,
    others: others?.map(endOf),
    status: isAnswered ? answer(outcome).status : undefined,
  })
}
