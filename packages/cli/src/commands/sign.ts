import { isWebhookError, sign as signBody } from '@ainexlayer/webhooks'
import { exitCodes, usageError } from '../errors/cli-error.ts'
import { profileOf } from '../input/profile.ts'
import { bytesOf } from '../input/read-file.ts'
import { type SecretOptions, secretOf } from '../input/secret.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import type { World } from '../world/world.ts'

/** The options of `sign`. */
export interface SignOptions extends OutputOptions, SecretOptions {
  /** The body, `@file`, or `-` for stdin. */
  readonly body: string
  readonly id?: string | undefined
  /** Unix seconds. */
  readonly timestamp?: number | undefined
  readonly profile: string
  /** Prints a curl line to this address. */
  readonly curl?: string | undefined
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const dataOf = ({ body }: SignOptions, bytes: Buffer): string =>
  body.startsWith('@') || body === '-'
    ? quoted(`@${body === '-' ? '-' : body.slice(1)}`)
    : quoted(bytes.toString())

/** Signs a body: the headers, or a curl line that sends it. */
export const sign = async (options: SignOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const profile = profileOf(options.profile)
  const secret = await secretOf(options, world, out, profile)
  const body = await bytesOf(world, options.body)
  const headers = await signBody({
    id: options.id ?? `msg_${crypto.randomUUID().replaceAll('-', '')}`,
    signedAt: options.timestamp ?? Math.floor(world.clock.now() / 1000),
    body,
    secret: { value: secret.value, ...(secret.encoding && { encoding: secret.encoding }) },
    profile,
  }).catch((error: unknown) => {
    throw isWebhookError(error) ? usageError(error.message, error.fix) : error
  })
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  if (options.curl === undefined) {
    out.data({ headers }, lines.join('\n'))
    return exitCodes.ok
  }
  const curl = [
    `curl -i ${quoted(options.curl)}`,
    ...['content-type: application/json', ...lines].map((line) => `  -H ${quoted(line)}`),
    // --data-raw would take a file's name as the body, and --data drops line breaks.
    `  --data-${options.body.startsWith('@') || options.body === '-' ? 'binary' : 'raw'} ${dataOf(options, body)}`,
  ].join(' \\\n')
  out.exact({ headers, curl }, curl)
  return exitCodes.ok
}
