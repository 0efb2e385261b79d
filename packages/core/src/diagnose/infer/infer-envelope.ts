import { decodeUtf8 } from '../../encoding/utf8.ts'
import { ainexlayerEvents } from '../../events/catalog.ts'
import type { EnvelopeNames, FieldPath } from '../../signature/profiles/envelope.ts'
import { isTypeHeader, type SignedValue } from './captured-request.ts'

/** How the JSON of a captured request is laid out: a guess by its names, because no signature says it. */
export interface InferredEnvelope {
  /** What differs from the usual envelope. */
  readonly options: Readonly<Partial<EnvelopeNames>>
  /** Whether the type was found at all. */
  readonly found: boolean
  /** What its user should know, one sentence each. */
  readonly notes: readonly string[]
}

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

const known = new Map(Object.keys(ainexlayerEvents).map((type) => [plain(type), type]))

const typeNames = ['type', 'event', 'eventtype', 'eventname', 'topic', 'trigger', 'name', 'kind']
const timeNames = [
  'timestamp',
  'occurredat',
  'createdat',
  'created',
  'eventtime',
  'eventts',
  'time',
  'sentat',
  'date',
  'webhooktimestamp',
]
const dataNames = ['data', 'payload', 'object', 'resource', 'record', 'body', 'attributes', 'event']
const idNames = ['eventid', 'deliveryid', 'messageid', 'webhookid', 'notificationid', 'uuid']

const isTime = (value: unknown): boolean => {
  if (typeof value === 'number') return value >= 1e9 && value < 1e13
  return (
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}|^\d{10}(?:\d{3})?$/.test(value)
  )
}

const isTypeName = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w.:/-]{1,100}$/.test(value)

/** More than one word, or a type of the platform's: surely the name of an event. */
const isSurelyType = (value: string): boolean => /[.:/]/.test(value) || known.has(plain(value))

/** Fields of these names, in the order of the names, at the top level and one below. */
function* fieldsNamed(
  value: Json,
  names: readonly string[],
): Generator<{ readonly path: FieldPath; readonly value: unknown }> {
  for (const wanted of names) {
    for (const [name, field] of Object.entries(value)) {
      if (plain(name) === wanted) yield { path: name, value: field }
    }
  }
  for (const [outer, inside] of Object.entries(value)) {
    if (!isObject(inside)) continue
    for (const wanted of names) {
      for (const [name, field] of Object.entries(inside)) {
        if (plain(name) === wanted) yield { path: [outer, name], value: field }
      }
    }
  }
}

/** What says no more than that this is an event: its name stands further inside. */
const isGeneric = (value: string): boolean =>
  /^(?:event|webhook|notification|message|callback|eventcallback)$/.test(plain(value))

interface FoundType {
  readonly options: Partial<EnvelopeNames>
  readonly type: string
}

/** The type: a field that surely is one, else a header that is named so, else any field; what is signed comes first. */
const typeOf = (value: Json, headers: readonly SignedValue[]): FoundType | undefined => {
  const fields = [...fieldsNamed(value, typeNames)].flatMap(({ path, value: type }): FoundType[] =>
    isTypeName(type) && !isGeneric(type)
      ? [{ options: path === 'type' ? {} : { type: path }, type }]
      : [],
  )
  const surely = fields.find(({ type }) => isSurelyType(type))
  if (surely !== undefined) return surely
  const header = headers.find(({ header: name }) => isTypeHeader(name))
  if (header === undefined) return fields[0]
  const same = fields.find(({ type }) => type === header.text)
  return same ?? { options: { typeHeader: header.header }, type: header.text }
}

const spelling = (type: string): Partial<EnvelopeNames> => {
  const ours = known.get(plain(type))
  return ours === undefined || ours === type ? {} : { typeMap: { [type]: ours } }
}

const dataOf = (value: Json, type: FieldPath): Partial<EnvelopeNames> => {
  if (isObject(value['data'])) return {}
  for (const wanted of dataNames) {
    for (const [name, field] of Object.entries(value)) {
      if (plain(name) === wanted && isObject(field) && name !== type) return { data: name }
    }
  }
  return { data: 'rest' }
}

const timestampOf = (value: Json): Partial<EnvelopeNames> => {
  if (isTime(value['timestamp'])) return {}
  for (const field of fieldsNamed(value, timeNames)) {
    if (typeof field.path === 'string' && isTime(field.value)) return { timestamp: field.path }
  }
  // A field of that name which is no time would have every event refused.
  return 'timestamp' in value ? { timestamp: [] } : {}
}

const idOf = (value: Json, isFlat: boolean): Partial<EnvelopeNames> => {
  const isId = (id: unknown): boolean =>
    (typeof id === 'string' && id !== '') || Number.isSafeInteger(id)
  for (const wanted of idNames) {
    for (const [name, field] of Object.entries(value)) {
      if (plain(name) === wanted && isId(field)) return { id: name }
    }
  }
  if (!isFlat && isId(value['id'])) return {}
  return isFlat ? {} : { id: [] }
}

const hasSnakeCase = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).some((name) => /^[a-z0-9]+(?:_[a-z0-9]+)+$/.test(name))

const notesOf = (options: Partial<EnvelopeNames>, type: string): readonly string[] => {
  const notes: string[] = []
  if (options.typeHeader !== undefined) {
    notes.push(
      `The type is read from ${options.typeHeader}, which is not signed: it only chooses the handlers, and the data still has to fit.`,
    )
  }
  if (options.typeMap !== undefined) {
    notes.push(`The type is spelled ${type}: list the other types in \`typeMap\` as well.`)
  }
  if (options.id !== undefined && options.id.length === 0) {
    notes.push('The body has no id of its own: the event’s id is the hash of the body.')
  }
  return notes
}

/** Guesses from the names in a body how the envelope is laid out. */
export const inferEnvelope = (
  body: Uint8Array,
  headers: readonly SignedValue[],
  idInHeader: boolean,
): InferredEnvelope => {
  const unknown = (note: string): InferredEnvelope => ({ options: {}, found: false, notes: [note] })
  let value: unknown
  try {
    value = JSON.parse(decodeUtf8(body) ?? '')
  } catch {
    return unknown('The body is not JSON: only `verifySignature` can be used.')
  }
  if (!isObject(value)) return unknown('The body is not a JSON object: it is no event.')
  const type = typeOf(value, headers)
  if (type === undefined) {
    return unknown('No field and no header looks like the type of an event: set `envelope.type`.')
  }
  const path = type.options.type ?? (type.options.typeHeader === undefined ? 'type' : [])
  const data = dataOf(value, path)
  const isFlat = data.data === 'rest'
  const shown = isFlat ? value : value[typeof data.data === 'string' ? data.data : 'data']
  const options: Partial<EnvelopeNames> = {
    ...type.options,
    ...spelling(type.type),
    ...timestampOf(value),
    ...data,
    ...(idInHeader ? {} : idOf(value, isFlat)),
    ...(known.has(plain(type.type)) && hasSnakeCase(shown) ? { camelCaseData: true } : {}),
  }
  return { options, found: true, notes: notesOf(options, type.type) }
}
