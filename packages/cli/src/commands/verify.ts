import { safeVerify } from '@ainexlayer/webhooks'
import { type CapturedRequest, headersOf } from '../capture/captured-request.ts'
import { readCapture } from '../capture/read-capture.ts'
import { exitCodes, usageError } from '../errors/cli-error.ts'
import { profileOf } from '../input/profile.ts'
import { bytesOf } from '../input/read-file.ts'
import { type SecretOptions, secretOf } from '../input/secret.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import type { World } from '../world/world.ts'

/** The options of `verify`. */
export interface VerifyOptions extends OutputOptions, SecretOptions {
  /** A captured request; otherwise `header` and `body`. */
  readonly request?: string | undefined
  readonly header?: readonly string[] | undefined
  readonly body?: string | undefined
  readonly profile: string
  /** Unix milliseconds; default now. */
  readonly at?: number | undefined
  /** Seconds. */
  readonly tolerance?: number | undefined
}

/** A request comes from one place: a second one would be left out silently. @throws CliError usage */
export const checkSources = (
  file: string,
  path: string | undefined,
  { header, body }: Pick<VerifyOptions, 'header' | 'body'>,
): void => {
  if (path === undefined || (header === undefined && body === undefined)) return
  throw usageError(
    `${body === undefined ? '--header' : '--body'} and ${file} exclude each other.`,
    'The file holds the headers and the body; leave one of them out.',
  )
}

/** A request that is given by flags. */
export const requestOfFlags = async (
  { header = [], body }: Pick<VerifyOptions, 'header' | 'body'>,
  world: World,
): Promise<CapturedRequest> => {
  if (body === undefined || header.length === 0) {
    throw usageError(
      'There is no request.',
      'Give a file with the captured request, or --header (for each) and --body.',
    )
  }
  const headers = header.map((line): [string, string] => {
    const colon = line.indexOf(':')
    if (colon < 1) throw usageError('A --header is not like `name: value`.')
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
  })
  return { method: 'POST', url: '/', headers, body: await bytesOf(world, body) }
}

/** Says whether a request is genuine: PASS, or the code and the reason. */
export const verify = async (options: VerifyOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  checkSources('--request', options.request, options)
  const profile = profileOf(options.profile)
  const secret = await secretOf(options, world, out, profile)
  const request =
    options.request === undefined
      ? await requestOfFlags(options, world)
      : await readCapture(world, options.request)
  const at = options.at ?? world.clock.now()
  const result = await safeVerify({
    headers: headersOf(request),
    body: request.body,
    secret: { value: secret.value, ...(secret.encoding && { encoding: secret.encoding }) },
    profile,
    now: () => at,
    ...(options.tolerance !== undefined && { toleranceSeconds: options.tolerance }),
  })
  if (result.ok) {
    const { id, type } = result.event
    out.data({ ok: true, id, type }, `${out.colors.green('PASS')} ${id} ${type}`)
    return exitCodes.ok
  }
  const { code, header } = result
  const message = header === undefined ? result.message : `${header}: ${result.message}`
  // Core speaks of its option.
  const fix = result.fix.replace('as `now`', 'with --at')
  out.data(
    { ok: false, code, message, fix },
    `${out.colors.red('FAIL')} ${code}: ${message} ${fix}`,
  )
  return exitCodes.failed
}
