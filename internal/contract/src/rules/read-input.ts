import type * as z from 'zod'
import { limits } from '../values/limits.ts'
import { Problem } from '../values/problem.ts'

/** The error for an input that does not fit: it names the field and the reason. */
export const invalidInput = (field: string, reason: string): Problem =>
  new Problem('VALIDATION_ERROR', `${field === '' ? 'The request' : field} is not valid.`, {
    details: { field, reason },
  })

/** The error for an input that its schema refuses: it names the first field that does not fit. */
export const refusedInput = ({ issues: [issue] }: z.ZodError): Problem =>
  invalidInput(issue?.path.join('.') ?? '', issue?.message ?? 'invalid')

/** Reads an input by its schema. @throws Problem VALIDATION_ERROR */
export const readInput = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> => {
  const result = schema.safeParse(value)
  if (!result.success) throw refusedInput(result.error)
  return result.data
}

/** The error for a body that is not JSON. */
export const invalidJson = (): Problem =>
  new Problem('VALIDATION_ERROR', 'The body is not valid JSON.', {
    details: { field: '', reason: 'not JSON' },
  })

/** The error for a request body above its limit. */
export const requestTooLarge = (): Problem =>
  new Problem('PAYLOAD_TOO_LARGE', `The request has more than ${limits.requestBytes} bytes.`)

/** The error for a request without the key. */
export const unauthorized = (): Problem =>
  new Problem('UNAUTHORIZED', 'Send your API key as `Authorization: Bearer …`.')

/** Refuses an Idempotency-Key that is too long. @throws Problem VALIDATION_ERROR */
export const checkIdempotencyKey = (key: string): void => {
  const { characters } = limits.idempotencyKey
  if (key.length > characters) {
    throw invalidInput('Idempotency-Key', `more than ${characters} characters`)
  }
}

/** The error for an Idempotency-Key that belongs to another request. */
export const idempotencyKeyReused = (): Problem =>
  new Problem('IDEMPOTENCY_KEY_REUSED', 'This key was used for another request.')

/** The error for an Idempotency-Key whose first request is not answered yet. */
export const idempotencyKeyInUse = (): Problem =>
  new Problem('IDEMPOTENCY_KEY_IN_USE', 'The first request with this key is still running.', {
    retryAfterSeconds: 1,
  })
