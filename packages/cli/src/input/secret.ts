import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isWebhookError, type SecretEncoding, sign } from '@ainexlayer/webhooks'
import { CliError } from '../errors/cli-error.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { askSecret, canAsk } from './ask.ts'
import { readBytes } from './read-file.ts'

/** Where a secret comes from. */
export interface SecretOptions {
  readonly secret?: string | undefined
  readonly secretFile?: string | undefined
  readonly secretEncoding?: SecretEncoding | undefined
}

/** A secret that can sign. */
export interface Secret {
  /** As the user gave it. */
  readonly value: string
  readonly encoding: SecretEncoding | undefined
  /** The same key as `whsec_…`, as the sender takes it. */
  readonly whsec: string
}

/** Where `dev` keeps the secret of this folder. */
export const secretFileOfFolder = '.ainexlayer/secret'

const given = async (
  options: SecretOptions,
  world: World,
  out: Output,
): Promise<string | undefined> => {
  if (options.secret !== undefined) {
    out.hide(options.secret)
    out.warn(
      'The secret stays in the history of the shell and shows in the list of processes: prefer --secret-file or AINEXLAYER_WEBHOOK_SECRET.',
    )
    return options.secret
  }
  if (options.secretFile !== undefined) {
    return (await readBytes(world, options.secretFile)).toString().trim()
  }
  const fromEnvironment = world.env['AINEXLAYER_WEBHOOK_SECRET']
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment
  const ofFolder = resolve(world.cwd, secretFileOfFolder)
  if (existsSync(ofFolder)) return readFileSync(ofFolder, 'utf8').trim()
  return undefined
}

const keyOf = (value: string, encoding: SecretEncoding | undefined): Buffer => {
  if (encoding === undefined || encoding === 'base64' || encoding === 'base64url') {
    return Buffer.from(value.replace(/^whsec_/, ''), 'base64')
  }
  return Buffer.from(value, encoding)
}

const checked = async (value: string, encoding: SecretEncoding | undefined): Promise<Secret> => {
  try {
    // Core's own check; the signature is of no interest.
    const spec = { value, ...(encoding && { encoding }) }
    await sign({ id: 'check', signedAt: 0, body: '', secret: spec })
  } catch (error) {
    const fix = isWebhookError(error) ? error.fix : 'Copy it again.'
    const what = isWebhookError(error) ? error.message.replace(` ${fix}`, '') : 'It is unusable.'
    throw new CliError('secret_unusable', what.replace('"secret-1" ', ''), fix)
  }
  return { value, encoding, whsec: `whsec_${keyOf(value, encoding).toString('base64')}` }
}

/** The secret, if one was given anywhere. It is checked, and never written from now on. */
export const secretIfGiven = async (
  options: SecretOptions,
  world: World,
  out: Output,
): Promise<Secret | undefined> => {
  const value = await given(options, world, out)
  if (value === undefined) return undefined
  out.hide(value)
  const secret = await checked(value, options.secretEncoding)
  out.hide(secret.whsec)
  return secret
}

/**
 * The secret to sign or verify with: `--secret`, `--secret-file`, the environment, `.ainexlayer/secret`, or a prompt.
 *
 * @throws CliError secret_missing, secret_unusable
 */
export const secretOf = async (
  options: SecretOptions,
  world: World,
  out: Output,
): Promise<Secret> => {
  const found = await secretIfGiven(options, world, out)
  if (found !== undefined) return found
  if (!canAsk(world)) {
    throw new CliError(
      'secret_missing',
      'There is no secret.',
      'Set AINEXLAYER_WEBHOOK_SECRET, or pass --secret-file.',
    )
  }
  const value = await askSecret(world, 'Signing secret (whsec_…): ')
  out.hide(value)
  return checked(value, options.secretEncoding)
}
