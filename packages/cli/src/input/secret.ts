import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isWebhookError, type Profile, type SecretEncoding, sign } from '@ainexlayer/webhooks'
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

/** How core reads it: what is prefixed says it, and some wires have secrets that are texts. */
const encodingFor = (
  value: string,
  encoding: SecretEncoding | undefined,
  profile: Profile | undefined,
): SecretEncoding =>
  encoding ?? (value.startsWith('whsec_') ? 'base64' : (profile?.secretEncoding ?? 'base64'))

const keyOf = (value: string, encoding: SecretEncoding): Buffer =>
  encoding === 'base64' || encoding === 'base64url'
    ? Buffer.from(value.replace(/^whsec_/, ''), 'base64')
    : Buffer.from(value, encoding)

/** Core names its options; here they are flags. */
const fixFor = (value: string, encoding: SecretEncoding | undefined, fix: string): string => {
  if (encoding === undefined && !value.startsWith('whsec_'))
    return 'Copy it whole, with whsec_; if it never had that, say how it is written: --secret-encoding utf8 (a string as it stands), hex, base64 or base64url.'
  if (encoding === 'base64' && !/^[\w+/=-]*$/.test(value.replace(/^whsec_/, '')))
    return 'It has characters that base64 does not have: to use a string as it stands, pass --secret-encoding utf8.'
  return fix
    .replaceAll(/`\{ value, encoding: '(\w+)' \}`/g, '`--secret-encoding $1`')
    .replaceAll(/`secret: \{ value, encoding \}`/g, '`--secret-encoding`')
    .replaceAll(/`encoding`/g, '`--secret-encoding`')
}

const secretWith = (
  value: string,
  encoding: SecretEncoding | undefined,
  profile: Profile | undefined,
): Secret => ({
  value,
  encoding,
  whsec: `whsec_${keyOf(value, encodingFor(value, encoding, profile)).toString('base64')}`,
})

const checked = async (
  value: string,
  encoding: SecretEncoding | undefined,
  profile: Profile | undefined,
): Promise<Secret> => {
  try {
    // Core's own check; the signature is of no interest.
    const secret = { value, encoding: encodingFor(value, encoding, profile) }
    const isNamed = encoding !== undefined || profile?.secretEncoding !== undefined
    await sign({ id: 'check', signedAt: 0, body: '', secret: isNamed ? secret : { value } })
  } catch (error) {
    const fix = isWebhookError(error) ? error.fix : 'Copy it again.'
    const what = isWebhookError(error) ? error.message.replace(` ${fix}`, '') : 'It is unusable.'
    throw new CliError(
      'secret_unusable',
      what.replace('"secret-1" ', ''),
      fixFor(value, encoding, fix),
    )
  }
  return secretWith(value, encoding, profile)
}

/** The secret, if one was given anywhere. It is checked, and never written from now on. */
export const secretIfGiven = async (
  options: SecretOptions,
  world: World,
  out: Output,
  profile?: Profile,
): Promise<Secret | undefined> => {
  const value = await given(options, world, out)
  if (value === undefined) return undefined
  out.hide(value)
  const secret = await checked(value, options.secretEncoding, profile)
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
  profile?: Profile,
): Promise<Secret> => {
  const found = await secretIfGiven(options, world, out, profile)
  if (found !== undefined) return found
  if (!canAsk(world)) {
    throw new CliError(
      'secret_missing',
      'There is no secret.',
      'Run `npx @ainexlayer/webhooks-cli dev URL` in this folder first (it makes .ainexlayer/secret), set AINEXLAYER_WEBHOOK_SECRET, or pass --secret-file.',
    )
  }
  const value = await askSecret(world, 'Signing secret (whsec_…): ')
  out.hide(value)
  return checked(value, options.secretEncoding, profile)
}

/**
 * The same where the wire is not known yet: a secret without whsec_ is taken as it stands, because every reading of it
 * will be tried.
 *
 * @throws CliError secret_missing, secret_unusable
 */
export const secretOfUnknownWire = async (
  options: SecretOptions,
  world: World,
  out: Output,
): Promise<Secret> => {
  const value = await given(options, world, out)
  if (value === undefined || value.startsWith('whsec_') || options.secretEncoding !== undefined)
    return secretOf(options, world, out)
  out.hide(value)
  return { value, encoding: undefined, whsec: `whsec_${keyOf(value, 'utf8').toString('base64')}` }
}
