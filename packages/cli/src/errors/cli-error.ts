/** The exit codes of every command. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  interrupted: 130,
  unread: 141,
  terminated: 143,
} as const

/** Why a command could not do what it was asked. */
export type CliErrorCode =
  | 'usage'
  | 'secret_missing'
  | 'secret_unusable'
  | 'event_unknown'
  | 'file_unreadable'
  | 'file_unwritable'
  | 'unreachable'
  | 'port_taken'
  | 'sender_unusable'
  | 'api_key_missing'
  | 'api_refused'
  | 'not_confirmed'
  | 'interrupted'

const exitCodeOf = (code: CliErrorCode): number => {
  if (code === 'unreachable') return exitCodes.unreachable
  if (code === 'interrupted') return exitCodes.interrupted
  if (['api_refused', 'port_taken', 'sender_unusable'].includes(code)) return exitCodes.failed
  return exitCodes.usage
}

/** An error that is told to the user as it stands: what happened, and how to mend it. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: CliErrorCode
  /** How to mend it, in one sentence. */
  readonly fix: string
  readonly exitCode: number

  constructor(code: CliErrorCode, message: string, fix: string) {
    super(message)
    this.code = code
    this.fix = fix
    this.exitCode = exitCodeOf(code)
  }
}

/** A mistake in the arguments. */
export const usageError = (message: string, fix = 'See --help.'): CliError =>
  new CliError('usage', message, fix)
