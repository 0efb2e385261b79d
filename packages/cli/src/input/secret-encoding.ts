import type { SecretEncoding } from '@ainexlayer/webhooks'
import { usageError } from '../errors/cli-error.ts'

const encodings: readonly SecretEncoding[] = ['base64', 'base64url', 'hex', 'utf8']

/** Reads `--secret-encoding`. */
export const secretEncodingOf = (text: string): SecretEncoding => {
  const found = encodings.find((encoding) => encoding === text)
  if (found === undefined) {
    throw usageError(`--secret-encoding is ${encodings.join(', ')}, not ${text}.`)
  }
  return found
}
