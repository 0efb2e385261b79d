import { z } from 'zod'

/** The part of JSON Schema that the events and the faults use. */
const FieldSchema = z.object({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  examples: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
})

const ObjectSchema = z.object({
  properties: z.record(z.string(), FieldSchema).default({}),
  required: z.array(z.string()).default([]),
})

/** A field of a form. Objects and lists are no fields: they are written as JSON. */
export interface SchemaField {
  readonly name: string
  readonly kind: 'text' | 'number' | 'switch' | 'choice'
  /** The values of a choice; those that a text is likely to have. */
  readonly choices: readonly string[]
  readonly isRequired: boolean
  readonly standard: string | undefined
}

const kindOf = (field: z.output<typeof FieldSchema>): SchemaField['kind'] | undefined => {
  if (field.enum !== undefined) return 'choice'
  if (field.type === 'boolean') return 'switch'
  if (field.type === 'number' || field.type === 'integer') return 'number'
  return field.type === 'string' && field.const === undefined ? 'text' : undefined
}

/** The fields of an object that a form can ask for. */
export const fieldsOf = (schema: unknown): readonly SchemaField[] => {
  const { properties, required } = ObjectSchema.parse(schema)
  return Object.entries(properties).flatMap(([name, field]) => {
    const kind = kindOf(field)
    if (kind === undefined) return []
    const standard = field.default === undefined ? undefined : String(field.default)
    const choices = (field.enum ?? field.examples ?? []).map(String)
    return [{ name, kind, choices, isRequired: required.includes(name), standard }]
  })
}
