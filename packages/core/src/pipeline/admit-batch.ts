import { refuse } from '../delivery/outcome.ts'
import { headerReader } from '../signature/headers.ts'
import type { FieldPath } from '../signature/profiles/envelope.ts'
import type { Refusal } from '../signature/profiles/profile.ts'
import { fingerprintOf, readEvent } from '../verify/read-event.ts'
import { mostEvents, splitBatch } from '../verify/split-batch.ts'
import {
  type Admitted,
  type AdmittedBatch,
  admitted,
  type NotAdmitted,
  type Received,
} from './admitted.ts'
import type { ReceiverConfig } from './config.ts'

const refused = (refusal: Refusal): NotAdmitted => ({
  outcome: refuse(refusal),
  rawBody: undefined,
})

const wrongSize = (count: number): NotAdmitted =>
  refused({
    ok: false,
    code: 'invalid_payload',
    reason: 'no_envelope',
    note: count === 0 ? 'The batch is empty.' : `The batch has more than ${mostEvents} events.`,
  })

/**
 * Steps 4 and 5 for a body with several events. Each has an id of its own, signed as the body is: the one that it holds,
 * else that of the request with its place in the list.
 */
export const admitBatch = async (
  config: ReceiverConfig,
  received: Received,
  body: Uint8Array,
  path: FieldPath,
): Promise<AdmittedBatch | NotAdmitted | undefined> => {
  const events = splitBatch(body, path)
  if (events === undefined) return undefined
  if (events.length === 0 || events.length > mostEvents) return wrongSize(events.length)
  const { request, signature, receivedAtMs } = received
  const header = headerReader(request.headers)
  const batchId = signature.id ?? (await fingerprintOf(body))
  // Its own id is asked for first: the one in the headers is that of the request.
  const ofEvent = { ...signature, id: undefined }
  const batch: (Admitted | NotAdmitted)[] = []
  for (const [index, bytes] of events.entries()) {
    const read = await readEvent(config, ofEvent, bytes, receivedAtMs, header)
    if (!read.ok) {
      batch.push(refused({ ...read, note: `It is event ${index} of a batch.` }))
      continue
    }
    const event = { ...read.event, id: read.bodyId ?? `${batchId}/${index}` }
    batch.push(admitted(config, received, { ...read, event }, bytes))
  }
  return { batch }
}
