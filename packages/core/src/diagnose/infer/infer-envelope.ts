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
  /** Whether the hash of the body stands for an id of the event, because nothing else that is signed can. */
  readonly idIsHash: boolean
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

/** @param beside - the object that the type stands in, where that is not the top level */
const timestampOf = (value: Json, beside: string | undefined): Partial<EnvelopeNames> => {
  if (isTime(value['timestamp'])) return {}
  for (const { path, value: field } of fieldsNamed(value, [...timeNames, 'ts'])) {
    const isEnvelope = typeof path === 'string' || path[0] === beside
    if (isEnvelope && isTime(field)) return { timestamp: path }
  }
  // A field of that name which is no time would have every event refused.
  return 'timestamp' in value ? { timestamp: [] } : {}
}

const isId = (id: unknown): boolean =>
  (typeof id === 'string' && id !== '') || Number.isSafeInteger(id)

const idOf = (value: Json, isFlat: boolean, beside: string | undefined): Partial<EnvelopeNames> => {
  for (const wanted of idNames) {
    for (const [name, field] of Object.entries(value)) {
      if (plain(name) === wanted && isId(field)) return { id: name }
    }
  }
  const inner = beside === undefined ? undefined : value[beside]
  for (const wanted of isObject(inner) ? [...idNames, 'id'] : []) {
    for (const [name, field] of Object.entries(inner ?? {})) {
      if (beside !== undefined && plain(name) === wanted && isId(field)) {
        return { id: [beside, name] }
      }
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
  return notes
}

const layoutOf = (
  value: Json,
  headers: readonly SignedValue[],
  idInHeader: boolean,
): InferredEnvelope | undefined => {
  const type = typeOf(value, headers)
  if (type === undefined) return undefined
  const path = type.options.type ?? (type.options.typeHeader === undefined ? 'type' : [])
  const beside = Array.isArray(path) && path.length > 1 ? path[0] : undefined
  const data = dataOf(value, path)
  const isFlat = data.data === 'rest'
  const shown = isFlat ? value : value[typeof data.data === 'string' ? data.data : 'data']
  const id = idInHeader ? {} : idOf(value, isFlat, beside)
  const options: Partial<EnvelopeNames> = {
    ...type.options,
    ...spelling(type.type),
    ...timestampOf(value, beside),
    ...data,
    ...id,
    ...(known.has(plain(type.type)) && hasSnakeCase(shown) ? { camelCaseData: true } : {}),
  }
  const idIsHash = !idInHeader && (id.id === undefined ? isFlat : id.id.length === 0)
  return { options, found: true, idIsHash, notes: notesOf(options, type.type) }
}

/** A list of events: the body itself, or the one field of it that is a list of objects. */
const batchIn = (
  value: unknown,
): { readonly path: FieldPath; readonly first: Json } | undefined => {
  const firstOf = (list: unknown) =>
    Array.isArray(list) && isObject(list[0]) ? list[0] : undefined
  const whole = firstOf(value)
  if (whole !== undefined) return { path: [], first: whole }
  for (const [name, field] of isObject(value) ? Object.entries(value) : []) {
    const first = firstOf(field)
    if (first !== undefined) return { path: name, first }
  }
  return undefined
}

/** Guesses from the names in a body how the envelope is laid out. */
export const inferEnvelope = (
  body: Uint8Array,
  headers: readonly SignedValue[],
  idInHeader: boolean,
): InferredEnvelope => {
  const unknown = (note: string): InferredEnvelope => ({
    options: {},
    found: false,
    idIsHash: false,
    notes: [note],
  })
  let value: unknown
  try {
    value = JSON.parse(decodeUtf8(body) ?? '')
  } catch {
    return unknown('The body is not JSON: only `verifySignature` can be used.')
  }
  const single = isObject(value) ? layoutOf(value, headers, idInHeader) : undefined
  if (single !== undefined) return single
  const batch = batchIn(value)
  const item = batch && layoutOf(batch.first, [], idInHeader)
  if (batch !== undefined && item !== undefined) {
    return {
      ...item,
      options: { ...item.options, splitBatch: batch.path },
      notes: [...item.notes, 'A request holds a list of events: each is handled by itself.'],
    }
  }
  return isObject(value)
    ? unknown('No field and no header looks like the type of an event: set `envelope.type`.')
    : unknown('The body is not a JSON object: it is no event.')
}
