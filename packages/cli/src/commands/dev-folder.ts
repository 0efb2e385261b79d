import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Profile } from '@ainexlayer/webhooks'
import { type Secret, type SecretOptions, secretOf } from '../input/secret.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { apiKeyFileOfFolder } from './api-client.ts'
import { writePrivate } from './private-file.ts'
import { newSecret } from './secret-generate.ts'

/**
 * The secret of this folder: the one that is configured, the one of an earlier run, or a new one. It stays the same, so
 * that the receiver is configured once; the other commands find it in the file.
 */
export const secretOfFolder = async (
  options: SecretOptions & { readonly secretFile: string },
  world: World,
  out: Output,
  profile: Profile,
): Promise<Secret> => {
  const file = resolve(world.cwd, options.secretFile)
  const isConfigured =
    options.secret !== undefined || (world.env['AINEXLAYER_WEBHOOK_SECRET'] ?? '') !== ''
  if (!isConfigured && !existsSync(file)) writePrivate(file, newSecret())
  const secretFile = isConfigured ? undefined : options.secretFile
  const secret = await secretOf({ ...options, secretFile }, world, out, profile)
  const isKept = existsSync(file) && readFileSync(file, 'utf8').trim() === secret.value
  if (isKept) chmodSync(file, 0o600)
  else writePrivate(file, secret.value)
  return secret
}

/** The API key of the sender of this folder; the other commands find it there. */
export const apiKeyOfFolder = (world: World): string => {
  const given = world.env['AINEXLAYER_API_KEY']
  if (given !== undefined && given !== '') return given
  const file = resolve(world.cwd, apiKeyFileOfFolder)
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (kept !== '') return kept
  const made = `ainl_${randomBytes(24).toString('hex')}`
  writePrivate(file, made)
  return made
}
