import { type EventRecord, readBody } from '../shapes/event.ts'
import { dataSchemaOf, exampleOf, isKnownEventType, testType } from '../values/event-types.ts'
import { limits } from '../values/limits.ts'
import { Problem } from '../values/problem.ts'
import { invalidInput } from './read-input.ts'

const unknownType = (type: string, field: string): Problem =>
  new Problem('UNKNOWN_EVENT_TYPE', `There is no event ${type}.`, {
    details: { field, reason: 'unknown' },
  })

/** Refuses data that does not fit the schema of its type. @throws Problem UNKNOWN_EVENT_TYPE, SCHEMA_MISMATCH */
export const checkEventData = (type: string, data: unknown): void => {
  if (type === testType) return
  if (!isKnownEventType(type)) throw unknownType(type, 'type')
  const result = dataSchemaOf(type).safeParse(data)
  const [issue] = result.success ? [] : result.error.issues
  if (issue === undefined) return
  const path = ['data', ...issue.path].join('.')
  throw new Problem('SCHEMA_MISMATCH', `${path} does not fit the schema of ${type}.`, {
    details: { path, field: path, reason: issue.message },
  })
}

/** Refuses faults where nothing applies them: an event must not be taken for one with faults. @throws Problem VALIDATION_ERROR */
export const checkFaultsAllowed = (faults: readonly unknown[] | undefined, dev: boolean): void => {
  if (dev || faults === undefined || faults.length === 0) return
  throw invalidInput('faults', 'only a sender for development (`dev`) applies faults')
}

/** The workspace of an event: the one that is named, or the one in its data. */
export const workspaceOf = ({
  workspaceId,
  data,
}: {
  readonly workspaceId?: string | undefined
  readonly data: unknown
}): string | undefined => {
  if (workspaceId !== undefined) return workspaceId
  const named =
    typeof data === 'object' && data !== null && 'workspaceId' in data
      ? data.workspaceId
      : undefined
  return typeof named === 'string' ? named : undefined
}

/** What identifies the content of an event. */
export interface EventContent {
  readonly type: string
  readonly data: unknown
  /** ISO 8601. */
  readonly timestamp?: string | undefined
}

/** Refuses an event whose id was emitted with other content. @throws Problem EVENT_ID_CONFLICT */
export const checkSameEvent = (
  before: EventRecord,
  { type, data, timestamp }: EventContent,
): void => {
  const kept = before.body === undefined ? undefined : readBody(before.body)
  const isSame =
    before.type === type &&
    (kept === undefined ||
      (JSON.stringify(kept.data) === JSON.stringify(data) &&
        (timestamp === undefined || kept.timestamp === timestamp)))
  if (!isSame) {
    throw new Problem('EVENT_ID_CONFLICT', `${before.id} was emitted with other content.`)
  }
}

/** Refuses an event that is too large. @throws Problem PAYLOAD_TOO_LARGE */
export const checkEventBytes = (body: Uint8Array): void => {
  if (body.length > limits.eventBytes) {
    throw new Problem(
      'PAYLOAD_TOO_LARGE',
      `The event has ${body.length} bytes, more than ${limits.eventBytes}.`,
    )
  }
}

/** The type and data of a test. @throws Problem UNKNOWN_EVENT_TYPE */
export const testEvent = (
  webhookId: string,
  {
    eventType = testType,
    data,
  }: { readonly eventType?: string | undefined; readonly data?: unknown },
): { readonly type: string; readonly data: unknown } => {
  if (eventType === testType) return { type: eventType, data: data ?? { webhookId } }
  if (!isKnownEventType(eventType)) throw unknownType(eventType, 'eventType')
  return { type: eventType, data: data ?? exampleOf(eventType) }
}
