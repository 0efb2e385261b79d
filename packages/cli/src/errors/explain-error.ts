import type { World } from '../world/world.ts'
import { CliError } from './cli-error.ts'

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

/** The client names its options; here they are flags. */
const inFlags = (text: string): string =>
  text
    .replaceAll('`apiKey`', '--api-key (or AINEXLAYER_API_KEY)')
    .replaceAll('`baseUrl`', '--base-url (or AINEXLAYER_BASE_URL)')

/** What a file system answers to a wrong path, a missing right or a full disk. */
const ofFiles: readonly string[] = [
  'EACCES',
  'EDQUOT',
  'EEXIST',
  'EISDIR',
  'ENOENT',
  'ENOSPC',
  'ENOTDIR',
  'EPERM',
  'EROFS',
]

/** What `dev` gave its sender. */
const senderFixes: Readonly<Record<string, string>> = {
  data_in_use: 'Most likely another `dev --store file` runs in this folder.',
  option_invalid:
    'The key is that of AINEXLAYER_API_KEY, or of .ainexlayer/api-key, which can be deleted.',
}

const fixOf = (error: Error): string => ('fix' in error ? String(error.fix) : '')

/**
 * Any error as one that can be told. What is no mistake of the user's is thrown on, because its stack is needed.
 * Errors of the client are known by their codes: the client is loaded by the commands that use it, and by no other.
 */
export const explainError = (error: unknown, world: World): CliError => {
  if (error instanceof CliError) return error
  if (world.signal.aborted) {
    return new CliError('interrupted', 'Interrupted.', 'What was already sent is not taken back.')
  }
  if (!(error instanceof Error)) throw error
  if (error.cause instanceof CliError) return error.cause
  const code = codeOf(error)
  if (ofFiles.includes(code)) {
    return new CliError(
      'file_unwritable',
      `A file cannot be used: ${error.message}.`,
      'Check the path, who may read and write there, and whether the disk is full.',
    )
  }
  const message = inFlags(error.message.replace(` ${fixOf(error)}`, ''))
  const fix = inFlags(fixOf(error))
  switch (error.name) {
    case 'ApiConnectionError':
    case 'ApiTimeoutError':
      return new CliError(
        'unreachable',
        message,
        'Is the sender running (`npx ainexlayer-webhooks dev URL`), and is --base-url right?',
      )
    case 'ApiError':
      return new CliError('api_refused', `${message} (${code})`, fix)
    case 'SenderError':
      return new CliError('sender_unusable', error.message, senderFixes[code] ?? 'See --help.')
    case 'ApiUsageError':
      return new CliError('usage', message, fix)
    default:
      throw error
  }
}
