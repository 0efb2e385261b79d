import { fieldsOf } from '../json-schema.ts'
import type { FaultKind } from '../shapes.ts'
import { SchemaInput } from './schema-fields.tsx'

/** What each fault does, in a few words. */
const words: Readonly<Record<string, string>> = {
  duplicate: 'the same request again',
  ackLost: 'the answer gets lost',
  reorder: 'events overtake each other',
  replayBurst: 'a captured request, several times',
  tamperBody: 'the body is changed after it was signed',
  badSignature: 'a wrong signature',
  multiSignature: 'several signatures, one of them good',
  secretRotation: 'an old secret, or both',
  timestamp: 'too old, too new or no number',
  idTrick: 'an id that is none',
  slowBody: 'the body drips',
  slowHeaders: 'the headers drip',
  truncate: 'the body breaks off',
  dropConnection: 'the connection breaks off',
  impatient: 'the sender gives up early',
  encoding: 'gzip, chunks, a wrong type',
  payload: 'a signed body that is no event',
  schema: 'a signed event of another shape',
  flood: 'many events at once',
}

/** The parameters of one kind of fault. */
export const FaultFields = ({ kind }: { readonly kind: FaultKind | undefined }) => (
  <div id="fault-fields" class="fields">
    {kind === undefined
      ? null
      : fieldsOf(kind.schema).map((field) => <SchemaInput field={field} prefix="fault." />)}
  </div>
)

/** A choice of a fault, with its parameters. */
export const FaultPicker = ({
  kinds,
  optional,
}: {
  readonly kinds: readonly FaultKind[]
  readonly optional: boolean
}) => (
  <div class="fault-picker">
    <label class="field">
      <span>Fault</span>
      <select
        name="fault"
        hx-get="/faults/fields"
        hx-trigger="change"
        hx-target="#fault-fields"
        hx-swap="outerHTML"
      >
        {optional ? <option value="">none</option> : null}
        {kinds.map(({ kind }) => (
          <option value={kind}>
            {kind} – {words[kind] ?? ''}
          </option>
        ))}
      </select>
    </label>
    <FaultFields kind={optional ? undefined : kinds[0]} />
  </div>
)
