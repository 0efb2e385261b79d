import { safeVerify } from '@ainexlayer/webhooks'
import { type CapturedRequest, headersOf } from '../capture/captured-request.ts'
import { readCapture } from '../capture/read-capture.ts'
import { exitCodes, usageError } from '../errors/cli-error.ts'
import { bytesOf } from '../input/read-file.ts'
import { type SecretOptions, secretOf } from '../input/secret.ts'
import { wireOf } from '../input/wire.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import type { World } from '../world/world.ts'

/** The options of `verify`. */
export interface VerifyOptions extends OutputOptions, SecretOptions {
  /** A captured request; otherwise `header` and `body`. */
  readonly request?: string | undefined
  readonly header?: readonly string[] | undefined
  readonly body?: string | undefined
  readonly profile: string
  /** Unix seconds; default now. */
  readonly at?: number | undefined
  /** Seconds. */
  readonly tolerance?: number | undefined
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
  const secret = await secretOf(options, world, out)
  const request =
    options.request === undefined
      ? await requestOfFlags(options, world)
      : await readCapture(world, options.request)
  const at = options.at === undefined ? world.clock.now() : options.at * 1000
  const result = await safeVerify({
    headers: headersOf(request),
    body: request.body,
    secret: { value: secret.value, ...(secret.encoding && { encoding: secret.encoding }) },
    profile: wireOf(options.profile).profile,
    now: () => at,
    ...(options.tolerance !== undefined && { toleranceSeconds: options.tolerance }),
  })
  if (result.ok) {
    const { id, type } = result.event
    out.data({ ok: true, id, type }, `${out.colors.green('PASS')} ${id} ${type}`)
    return exitCodes.ok
  }
  const { code, message, fix } = result
  out.data(
    { ok: false, code, message, fix },
    `${out.colors.red('FAIL')} ${code}: ${message} ${fix}`,
  )
  return exitCodes.failed
}
