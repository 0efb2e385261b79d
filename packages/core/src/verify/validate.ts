import { isThenable } from '../async/thenable.ts'
import type { PayloadIssue } from '../errors.ts'
import type { StandardIssue, StandardResult, StandardSchema } from '../events/standard-schema.ts'

/** The schemas by event type. A Map, because the type is chosen by the request. */
export type SchemaMap = ReadonlyMap<string, StandardSchema>

/** What the schema says of an event's data. */
export type Validation =
  | { readonly kind: 'known'; readonly data: unknown }
  | { readonly kind: 'unknown'; readonly data: unknown }
  | { readonly kind: 'invalid'; readonly data: unknown; readonly issues: readonly PayloadIssue[] }

const pathOf = ({ path = [] }: StandardIssue): string =>
  ['data', ...path.map((step) => String(typeof step === 'object' ? step.key : step))].join('.')

const judge = (data: unknown, result: StandardResult<unknown>): Validation => {
  if (result.issues === undefined) return { kind: 'known', data: result.value }
  const issues = result.issues.map((issue) => ({ path: pathOf(issue), message: issue.message }))
  return { kind: 'invalid', data, issues }
}

/** Step 5: checks `data` against the schema of its type; a type without one is unknown, not wrong. */
export const validate = (
  schemas: SchemaMap,
  type: string,
  data: unknown,
): Validation | Promise<Validation> => {
  const schema = schemas.get(type)
  if (schema === undefined) return { kind: 'unknown', data }
  const result = schema['~standard'].validate(data)
  return isThenable(result) ? result.then((answer) => judge(data, answer)) : judge(data, result)
}
