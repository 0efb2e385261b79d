/** JSON of an event is not nested deeper than this; what is, stays as it is. */
const deepest = 100

const inCamelCase = (name: string): string =>
  name.replace(/(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/**
 * JSON with the names of its fields in camelCase instead of snake_case, at every depth; the values stay. Where both
 * spellings stand side by side, the camelCase one wins.
 */
export const camelCased = (value: unknown, depth = 0): unknown => {
  if (typeof value !== 'object' || value === null || depth > deepest) return value
  if (Array.isArray(value)) return value.map((entry) => camelCased(entry, depth + 1))
  const fields = new Map<string, unknown>()
  for (const [name, field] of Object.entries(value)) {
    const renamed = inCamelCase(name)
    if (renamed !== name && (fields.has(renamed) || Object.hasOwn(value, renamed))) continue
    fields.set(renamed, camelCased(field, depth + 1))
  }
  // fromEntries defines each name as a property of its own, `__proto__` too.
  return Object.fromEntries(fields)
}
