import { WebhookConfigurationError } from '../errors.ts'
import type { EnvelopeNames, FieldPath } from '../signature/profiles/envelope.ts'

/** An event to send. Only its type is needed; other fields are sent beside these. */
export interface EventToSend {
  readonly id?: string
  readonly type: string
  readonly timestamp?: string
  readonly data?: unknown
}

/** An event as the sender of a profile writes it. */
export interface WrittenEvent {
  readonly body: string
  /** The header with the type, where the profile reads it from one. */
  readonly headers: Readonly<Record<string, string>>
}

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const unwritable = (message: string, fix: string): WebhookConfigurationError =>
  new WebhookConfigurationError('input_invalid', message, fix)

/** `createdAt` as `created_at`: what `camelCaseData` turns back. */
const inSnakeCase = (name: string): string =>
  name.replace(/(?<=[A-Za-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const snakeCased = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(snakeCased)
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [inSnakeCase(name), snakeCased(field)]),
  )
}

const words = (type: string): string[] => type.split(/[^A-Za-z0-9]+/)

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** The type as senders spell it who do not write `document.uploaded`. */
const spellings = (type: string): string[] => [
  type,
  ...['_', '-', '/', ':', ' ', '.'].flatMap((between) => {
    const joined = words(type).join(between)
    return [joined, joined.toUpperCase(), words(type).map(capitalized).join(between)]
  }),
  words(type).map(capitalized).join(''),
  words(type)
    .map((word, index) => (index === 0 ? word : capitalized(word)))
    .join(''),
]

/** What the sender writes for a type that the receiver is to see. */
const spelled = (type: string, { typeMap, typeOf }: EnvelopeNames): string => {
  if (typeMap !== undefined) {
    const [written] = Object.entries(typeMap).find(([, mapped]) => mapped === type) ?? []
    if (written !== undefined) return written
    if (!Object.hasOwn(typeMap, type)) return type
    throw unwritable(
      `\`typeMap\` turns \`${type}\` into \`${typeMap[type]}\`, and nothing into \`${type}\`.`,
      'Pass an event of a type that the map leads to.',
    )
  }
  if (typeOf === undefined) return type
  const written = spellings(type).find((spelling) => typeOf(spelling) === type)
  if (written !== undefined) return written
  throw unwritable(
    `No spelling was found that \`typeOf\` turns into \`${type}\`.`,
    'Pass the `body` as the sender writes it, or say the spellings with `typeMap`.',
  )
}

/** A copy of the fields with a value at a path. */
const withValue = (fields: Fields, path: FieldPath, value: unknown): Fields => {
  const [name, ...rest] = typeof path === 'string' ? [path] : path
  if (name === undefined || value === undefined) return fields
  if (rest.length === 0) return { ...fields, [name]: value }
  const inner = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (inner !== undefined && !isFields(inner)) {
    throw unwritable(
      `\`${name}\` is not an object, so that nothing can stand at \`${[name, ...rest].join('.')}\`.`,
      'Pass `data` that is an object, as this profile sends it.',
    )
  }
  return { ...fields, [name]: withValue(inner ?? {}, rest, value) }
}

/** The fields that the data stands among. */
const withData = (fields: Fields, names: EnvelopeNames, data: unknown): Fields => {
  const isWhole = names.data === 'rest' || names.data.length === 0
  if (!isWhole) return withValue(fields, names.data, data)
  if (data !== undefined && !isFields(data)) {
    throw unwritable('`data` is not an object.', 'This profile sends its fields at the top level.')
  }
  return { ...fields, ...data }
}

/** In a flat payload the plain `id` is the resource's: the profile does not read it as the event's. */
const idPath = ({ id, data }: EnvelopeNames): FieldPath =>
  data === 'rest' && id === 'id' ? [] : id

/**
 * Writes an event as the sender of a profile does: the opposite of what a receiver does with the profile's envelope.
 *
 * @throws WebhookConfigurationError `input_invalid` for an event that this envelope cannot hold
 */
export const writeEvent = (event: EventToSend, names: EnvelopeNames): WrittenEvent => {
  const { id, type, timestamp, data, ...more } = event
  const written = spelled(type, names)
  const { typeHeader, splitBatch } = names
  let fields = withValue({}, idPath(names), id)
  if (typeHeader === undefined) fields = withValue(fields, names.type, written)
  fields = withValue(fields, names.timestamp, timestamp)
  fields = withData({ ...more, ...fields }, names, names.camelCaseData ? snakeCased(data) : data)
  // Once more: where the data is flat, or holds the type, the envelope's own fields win.
  if (typeHeader === undefined) fields = withValue(fields, names.type, written)
  fields = withValue(withValue(fields, names.timestamp, timestamp), idPath(names), id)
  const isList = splitBatch !== undefined && splitBatch.length === 0
  const body = isList
    ? [fields]
    : splitBatch === undefined
      ? fields
      : withValue({}, splitBatch, [fields])
  return {
    body: JSON.stringify(body),
    headers: typeHeader === undefined ? {} : { [typeHeader.toLowerCase()]: written },
  }
}
