/** The part of JSON Schema that the events use. */
export interface JsonSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly examples?: readonly unknown[]
}

const keyOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`)

const union = (types: readonly string[]): string => types.join(' | ')

const literals = (values: readonly unknown[]): readonly string[] =>
  values.map((value) => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value)))

/** A JSON Schema as a TypeScript type, for people to read. */
export const typescriptType = (schema: JsonSchema, indent = ''): string => {
  if (schema.const !== undefined) return union(literals([schema.const]))
  if (schema.enum !== undefined) return union(literals(schema.enum))
  if (schema.anyOf !== undefined) {
    return union(schema.anyOf.map((one) => typescriptType(one, indent)))
  }
  switch (schema.type) {
    case 'object': {
      if (schema.properties === undefined) return 'Record<string, unknown>'
      const inner = `${indent}  `
      const fields = Object.entries(schema.properties).map(([name, field]) => {
        const mark = schema.required?.includes(name) === true ? '' : '?'
        return `${inner}${keyOf(name)}${mark}: ${typescriptType(field, inner)}`
      })
      return `{\n${fields.join('\n')}\n${indent}}`
    }
    case 'array': {
      const item = typescriptType(schema.items ?? {}, indent)
      return /[|]/.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`
    }
    case 'string':
      // An open enumeration: the known values, and any later one.
      return schema.examples === undefined
        ? 'string'
        : union([...literals(schema.examples), '(string & {})'])
    case 'integer':
    case 'number':
      return 'number'
    case 'boolean':
    case 'null':
      return schema.type
    default:
      return 'unknown'
  }
}
