/** Where a value stands in the JSON: a field of the top level, whose name may hold dots, or the path to it. */
export type FieldPath = string | readonly string[]

/** How the JSON of an event is laid out. */
export interface EnvelopeNames {
  /** The event's type. */
  readonly type: FieldPath
  /** When the event happened: ISO 8601, or a number of unix seconds or milliseconds; may be absent. */
  readonly timestamp: FieldPath
  /**
   * The event's data. `rest` stands for flat payloads: all fields of the top level but those that are the type, the
   * timestamp or the id by their plain name (a field with the name `rest` is `['rest']`).
   */
  readonly data: FieldPath
  /**
   * The event's id, a text or a whole number; read only by profiles that sign no id of their own. A number too large to
   * be exact in JavaScript is no id. In a flat payload (`data: 'rest'`) the plain name `id` is not read, because there
   * it is most likely the resource's, and its events must not be taken for one event: write `['id']` if it is the event's.
   */
  readonly id: FieldPath
  /**
   * The header with the type, instead of a field. **It is not signed**: it chooses the schema and the handlers, which the
   * data still has to fit, and never becomes a key.
   */
  readonly typeHeader?: string
  /** The types by the sender's spelling, such as `{ DOCUMENT_UPLOADED: 'document.uploaded' }`; others stay as they are. */
  readonly typeMap?: Readonly<Record<string, string>>
  /** The type of the sender's spelling, where a list would be too long; must not throw. */
  readonly typeOf?: (written: string) => string
  /**
   * Where a body that holds several events has its list of them; `[]` where the body itself is the list. Each event is
   * claimed and run under an id of its own: the one that it holds, else `<id of the request>/<place>`. The answer is 2xx
   * only if all are done, and a retry runs only what is not. `ctx.rawBody` is then the JSON of that one event. Only for
   * receivers: `verify` and middleware take one event.
   */
  readonly splitBatch?: FieldPath
  /** Turns the names of `data` from snake_case into camelCase, at every depth; the values and the raw body stay. Default false. */
  readonly camelCaseData?: boolean
}

/** The envelope of Standard Webhooks: `{ type, timestamp, data }`, and `id` beside them. */
export const standardEnvelope: EnvelopeNames = {
  type: 'type',
  timestamp: 'timestamp',
  data: 'data',
  id: 'id',
}
