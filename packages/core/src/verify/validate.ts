import { isThenable } from '../async/thenable.ts'
import { isWebhookError, type PayloadIssue, WebhookConfigurationError } from '../errors.ts'
import type { StandardResult, StandardSchema } from '../events/standard-schema.ts'
import { payloadIssue } from './payload-issue.ts'
import { placeOfError } from './place-of-error.ts'

/** The schemas by event type. A Map, because the type is chosen by the request. */
export type SchemaMap = ReadonlyMap<string, StandardSchema>

/** What the schema says of an event's data. */
export type Validation =
  | { readonly kind: 'known'; readonly data: unknown }
  | { readonly kind: 'unknown'; readonly data: unknown }
  | { readonly kind: 'invalid'; readonly data: unknown; readonly issues: readonly PayloadIssue[] }

/** The most issues that are told: a long list may have as many as it has items, and each of them goes to the log. */
const mostIssues = 20

/** What is wrong with the schema itself: it is neither the sender's fault nor that of another option. */
const wrongSchema = (type: string, what: string, options?: ErrorOptions) =>
  new WebhookConfigurationError(
    'option_invalid',
    `The schema of \`${type}\` ${what}.`,
    'A Standard Schema returns `{ value }` or `{ issues }`, and throws for no data.',
    options,
  )

const judge = (type: string, data: unknown, result: StandardResult<unknown>): Validation => {
  if (typeof result !== 'object' || result === null) {
    throw wrongSchema(type, 'answered with no result')
  }
  if (result.issues === undefined) {
    // What is no result must not let everything through.
    if (!('value' in result)) throw wrongSchema(type, 'answered with no result')
    return { kind: 'known', data: result.value }
  }
  if (!Array.isArray(result.issues))
    throw wrongSchema(type, 'answered with issues that are no list')
  const issues: PayloadIssue[] = []
  // Not by its own `map`: it may be a list of the library's, and would make another of them.
  for (const issue of result.issues) {
    if (issues.length === mostIssues) break
    issues.push(payloadIssue(issue, data))
  }
  return { kind: 'invalid', data, issues }
}

/**
 * Step 5: checks `data` against the schema of its type; a type without one is unknown, not wrong.
 *
 * @throws WebhookConfigurationError `option_invalid` for a schema that throws or answers with no result
 */
export const validate = (
  schemas: SchemaMap,
  type: string,
  data: unknown,
): Validation | Promise<Validation> => {
  const schema = schemas.get(type)
  if (schema === undefined) return { kind: 'unknown', data }
  const threw = (cause: unknown): never => {
    throw isWebhookError(cause) ? cause : wrongSchema(type, 'threw', { cause: placeOfError(cause) })
  }
  try {
    const result = schema['~standard'].validate(data)
    if (!isThenable(result)) return judge(type, data, result)
    return Promise.resolve(result)
      .then((answer) => judge(type, data, answer))
      .catch(threw)
  } catch (error) {
    return threw(error)
  }
}
