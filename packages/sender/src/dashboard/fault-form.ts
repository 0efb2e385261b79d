import { invalidInput } from '@ainexlayer/webhooks-contract'
import type { FormFields } from './form-fields.ts'
import { fieldsOf } from './json-schema.ts'
import type { FaultKind } from './shapes.ts'

/** The fault that a form describes, for the API to check; undefined where none was chosen. @throws Problem */
export const faultOfForm = (
  form: FormFields,
  kinds: readonly FaultKind[],
): Readonly<Record<string, unknown>> | undefined => {
  const name = form.text('fault')
  if (name === '') return undefined
  const kind = kinds.find((one) => one.kind === name)
  if (kind === undefined) throw invalidInput('fault', 'there is no such fault')
  const values = fieldsOf(kind.schema).flatMap((field): [string, unknown][] => {
    const text = form.text(`fault.${field.name}`)
    if (field.kind === 'switch') return [[field.name, text === 'true']]
    if (text === '') return []
    return [[field.name, field.kind === 'number' ? Number(text) : text]]
  })
  return { kind: name, ...Object.fromEntries(values) }
}
