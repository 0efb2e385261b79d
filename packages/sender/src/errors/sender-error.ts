/** The code of a {@link SenderError}. */
export type SenderErrorCode =
  | 'option_invalid'
  | 'data_in_use'
  | 'data_damaged'
  | 'data_of_other_version'
  | 'clock_is_real'

/** A sender that cannot be made or used as it was asked: `message` says what is wrong, and how to mend it. */
export class SenderError extends Error {
  override readonly name = 'SenderError'
  readonly code: SenderErrorCode

  constructor(code: SenderErrorCode, what: string, fix: string, options?: ErrorOptions) {
    super(`${what} ${fix}`, options)
    this.code = code
  }
}
