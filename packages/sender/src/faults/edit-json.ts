/** An event in a body. */
export interface Envelope {
  readonly data?: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

const parsed = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch {
    return undefined
  }
}

const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Edits the JSON of a body. A body that is not a JSON object, perhaps because of another fault, stays as it is. */
export const editJson = (
  body: Uint8Array,
  edit: (event: Envelope) => Envelope,
  indent?: number,
): Uint8Array => {
  const event = parsed(body)
  return isEnvelope(event) ? Buffer.from(JSON.stringify(edit(event), undefined, indent)) : body
}
