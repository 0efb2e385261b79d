import type { PayloadIssue } from '../errors.ts'
import type { StandardIssue, StandardSchema } from '../events/standard-schema.ts'

/** The schemas by event type. A Map, because the type is chosen by the request. */
export type SchemaMap = ReadonlyMap<string, StandardSchema>

/** What the schema says of an event's data. */
export type Validation =
  | { readonly kind: 'known'; readonly data: unknown }
  | { readonly kind: 'unknown'; readonly data: unknown }
  | { readonly kind: 'invalid'; readonly data: unknown; readonly issues: readonly PayloadIssue[] }

const pathOf = ({ path = [] }: StandardIssue): string =>
  ['data', ...path.map((step) => String(typeof step === 'object' ? step.key : step))].join('.')

/** Step 5: checks `data` against the schema of its type; a type without one is unknown, not wrong. */
export const validate = async (
  schemas: SchemaMap,
  type: string,
  data: unknown,
): Promise<Validation> => {
  const schema = schemas.get(type)
  if (schema === undefined) return { kind: 'unknown', data }
  const answer = schema['~standard'].validate(data)
  const result = answer instanceof Promise ? await answer : answer
  if (result.issues === undefined) return { kind: 'known', data: result.value }
  const issues = result.issues.map((issue) => ({ path: pathOf(issue), message: issue.message }))
  return { kind: 'invalid', data, issues }
}
