import type { SchemaField } from '../json-schema.ts'

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
  const { kind, choices, isRequired } = field
  const name = `${prefix}${field.name}`
  const given = value ?? field.standard ?? ''
  const shared = { name, 'data-path': path, 'data-kind': path && kind }
  const title = (
    <span>
      {field.name} {isRequired ? <small class="muted">required</small> : null}
    </span>
  )
  if (kind === 'switch') {
    return (
      <label class="check">
        <input type="checkbox" value="true" checked={given === 'true'} {...shared} />
        <span>{field.name}</span>
      </label>
    )
  }
  if (kind === 'choice') {
    return (
      <label class="field">
        {title}
        <select {...shared}>
          {choices.map((choice) => (
            <option selected={choice === given}>{choice}</option>
          ))}
        </select>
      </label>
    )
  }
  const list = choices.length === 0 ? undefined : `list-${name}`
  return (
    <div>
      <label class="field">
        {title}
        <input
          type={kind === 'number' ? 'number' : 'text'}
          step={kind === 'number' ? 'any' : undefined}
          value={given}
          list={list}
          autocomplete="off"
          {...shared}
        />
      </label>
      {list === undefined ? null : (
        <datalist id={list}>
          {choices.map((choice) => (
            <option value={choice} />
          ))}
        </datalist>
      )}
    </div>
  )
}
