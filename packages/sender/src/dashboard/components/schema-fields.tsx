import type { SchemaField } from '../json-schema.ts'

const Choice = ({
  name,
  field: { choices, standard },
  value,
}: {
  readonly name: string
  readonly field: SchemaField
  readonly value: string | undefined
}) => (
  <select name={name}>
    {choices.map((choice) => (
      <option selected={choice === (value ?? standard)}>{choice}</option>
    ))}
  </select>
)

/** A field as the schema describes it. `path` says where in the JSON beside it the value stands. */
export const SchemaInput = ({
  field,
  prefix,
  value,
  path,
}: {
  readonly field: SchemaField
  readonly prefix: string
  readonly value?: string | undefined
  readonly path?: string | undefined
}) => {
  const name = `${prefix}${field.name}`
  const shared = { name, 'data-path': path, 'data-kind': path && field.kind }
  if (field.kind === 'switch') {
    return (
      <label class="check">
        <input
          type="checkbox"
          value="true"
          checked={(value ?? field.standard) === 'true'}
          {...shared}
        />
        <span>{field.name}</span>
      </label>
    )
  }
  const list = field.choices.length === 0 ? undefined : `list-${name}`
  return (
    <label class="field">
      <span>
        {field.name} {field.isRequired ? <small class="muted">required</small> : null}
      </span>
      {field.kind === 'choice' ? (
        <Choice name={name} field={field} value={value} />
      ) : (
        <input
          type={field.kind === 'number' ? 'number' : 'text'}
          step={field.kind === 'number' ? 'any' : undefined}
          value={value ?? field.standard ?? ''}
          list={list}
          autocomplete="off"
          {...shared}
        />
      )}
      {list === undefined || field.kind === 'choice' ? null : (
        <datalist id={list}>
          {field.choices.map((choice) => (
            <option value={choice} />
          ))}
        </datalist>
      )}
    </label>
  )
}
