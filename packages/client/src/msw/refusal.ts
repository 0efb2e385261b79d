import type { ApiErrorCode } from '../error-codes.ts'
import type { ErrorDetails } from '../errors.ts'

/** Thrown by a route to answer with an error. */
export class Refusal extends Error {
  readonly status: number
  readonly code: ApiErrorCode
  readonly details: ErrorDetails | undefined

  constructor(status: number, code: ApiErrorCode, message: string, details?: ErrorDetails) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}

/** The refusal of an input that does not fit. */
export const invalid = (field: string, reason: string): Refusal =>
  new Refusal(422, 'VALIDATION_ERROR', 'The input is not valid', { field, reason })

/** What was looked for, or a refusal when there is none. */
export const found = <T>(thing: T | undefined, id: string): T => {
  if (thing === undefined) throw new Refusal(404, 'NOT_FOUND', `There is no ${id}`)
  return thing
}
