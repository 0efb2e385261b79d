import type { Stats } from 'node:fs'
import { timedOut, within } from '../async/timer.ts'
import { assertOptions } from '../check-options.ts'
import { nodeBuiltin } from '../encoding/node-builtin.ts'
import { WebhookConfigurationError } from '../errors.ts'
import { assertDuration } from '../idempotency/duration.ts'
import { staleSecretTeller } from '../receiver/stale-secret.ts'
import type { SecretEncoding } from '../signature/profiles/profile.ts'
import type { OneTenant } from '../signature/secret-source.ts'
import type { SecretSpec } from '../signature/secrets.ts'

/** Options of {@link secretFromFile}. */
export interface SecretFileOptions {
  /** The file is looked at no more often than this, in milliseconds; default 1000. */
  readonly everyMs?: number
  /** How the secret is encoded; `whsec_…` says so itself. */
  readonly encoding?: SecretEncoding
  /** The tenant that it belongs to; see `scope` of a secret. */
  readonly scope?: string
  /** Told when the file cannot be read; default: a warning on the console, once a minute. */
  readonly onError?: (error: unknown) => void
}

/** How long a request waits for the file, in milliseconds: a disk that hangs must not hold deliveries up. */
const patienceMs = 200

/** After so long, in milliseconds, a look that has not ended is given up, and another one is taken. */
const longestMs = 10_000

/** The most bytes of a file of secrets. */
const largest = 64 * 1024

/** One secret for each line that is not empty: the old and the new one during a rotation. */
const secretsIn = (text: string, { encoding, scope }: SecretFileOptions): readonly SecretSpec[] => {
  const values = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  if (values.length === 0) throw new Error('the file is empty')
  return values.map((value) => ({
    value,
    scope,
    ...(encoding === undefined ? {} : { encoding }),
  }))
}

/** What is different once the file was written, or replaced by another one. @throws for what is no file of secrets */
const versionOf = (stats: Stats): string => {
  // A pipe or a device may never end.
  if (!stats.isFile()) throw new Error('it is not a file')
  if (stats.size > largest) throw new Error(`it has more than ${largest} bytes`)
  const { ino, size, mtimeMs, ctimeMs } = stats
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`
}

/**
 * The secret in a file, for the option `secret`: read now, and again when the file was written or replaced, as a
 * Kubernetes volume does it. One line holds one secret, several lines those of a rotation. A file that is gone or
 * empty leaves the secrets of before in use.
 *
 * @throws WebhookConfigurationError `secret_missing` if it cannot be read now; `option_invalid` where there is no file system
 *
 * @example
 * createReceiver({ secret: secretFromFile('/run/secrets/webhooks/secret') })
 */
export const secretFromFile = (
  path: string,
  options: SecretFileOptions = {},
): (() => Promise<readonly SecretSpec[]>) & OneTenant => {
  assertOptions<SecretFileOptions>('secretFromFile', options, {
    everyMs: 1,
    encoding: 1,
    scope: 1,
    onError: 1,
  })
  const { everyMs = 1000, onError } = options
  assertDuration('everyMs', everyMs)
  const tell = staleSecretTeller(onError)
  // Looked up, and not imported: adapters stand on this folder in bundles for runtimes that have no files.
  const files = nodeBuiltin('node:fs')
  if (files === undefined) {
    throw new WebhookConfigurationError(
      'option_invalid',
      '`secretFromFile` finds no file system here.',
      'Use it on Node 20.16 or later; elsewhere `cachedSecrets` with what the platform offers.',
    )
  }
  let version: string
  let kept: readonly SecretSpec[]
  try {
    version = versionOf(files.statSync(path))
    kept = secretsIn(files.readFileSync(path, 'utf8'), options)
  } catch (error) {
    throw new WebhookConfigurationError(
      'secret_missing',
      `The file of the secret cannot be read: ${error instanceof Error ? error.message : 'for no known reason'}.`,
      'Check the path, the rights of the file and what is mounted there.',
    )
  }
  let nextAt = performance.now() + everyMs
  let looking: { readonly since: number; readonly ended: Promise<void> } | undefined

  const look = async (): Promise<void> => {
    try {
      // Before it is read: what is written in between is found the next time.
      const present = versionOf(await files.promises.stat(path))
      if (present === version) return
      kept = secretsIn(await files.promises.readFile(path, 'utf8'), options)
      version = present
    } catch (error) {
      tell(error)
    }
  }

  const answer = async (): Promise<readonly SecretSpec[]> => {
    const now = performance.now()
    if (now >= nextAt) {
      if (looking === undefined || now - looking.since > longestMs) {
        const mine = { since: now, ended: look() }
        looking = mine
        void mine.ended.then(() => {
          if (looking === mine) looking = undefined
          nextAt = performance.now() + everyMs
        })
      }
      // A disk that hangs holds up one request in a while, not all of them.
      if ((await within(patienceMs, looking.ended)) === timedOut)
        nextAt = performance.now() + everyMs
    }
    return kept
  }
  return Object.assign(answer, { oneTenant: true as const })
}
