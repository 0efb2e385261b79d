import { type Profile, safeVerify } from '@ainexlayer/webhooks'
import {
  type Diagnosis,
  diagnose,
  type Inference,
  inferProfile,
} from '@ainexlayer/webhooks/diagnose'
import { type CapturedRequest, headersOf } from '../capture/captured-request.ts'
import { readCapture } from '../capture/read-capture.ts'
import { exitCodes } from '../errors/cli-error.ts'
import { profileOf } from '../input/profile.ts'
import { type Secret, secretOf, secretOfUnknownWire } from '../input/secret.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import type { DoctorOptions } from './doctor-options.ts'
import { checkSources, requestOfFlags } from './verify.ts'

const requestOf = (options: DoctorOptions, world: World): Promise<CapturedRequest> =>
  options.what === undefined
    ? requestOfFlags(options, world)
    : readCapture(world, options.what, options.entry)

const diagnosed = (
  { headers, body }: { headers: Array<[string, string]>; body: Buffer },
  secret: Secret,
  options: DoctorOptions,
  at: number,
): Promise<Diagnosis> =>
  diagnose({
    headers,
    body,
    secret: { value: secret.value, ...(secret.encoding && { encoding: secret.encoding }) },
    profile: profileOf(options.profile ?? 'standard-webhooks'),
    now: () => at,
  })

/** What is found on another wire: asked only where no profile was told. */
const inferred = async (request: CapturedRequest, secret: Secret): Promise<Inference> => {
  const value =
    secret.encoding === undefined ? secret.value : Buffer.from(secret.whsec.slice(6), 'base64')
  return inferProfile({
    headers: headersOf(request),
    body: request.body,
    secret: value,
    method: request.method,
    url: request.url,
  })
}

/** What is wrong with a genuine request on this very wire: another wire has nothing to say about it. */
const isFound = ({ code, certain }: Diagnosis): boolean =>
  certain && /^(body|clock|timestamp)_/.test(code)

/** What a receiver would say to the data of a genuine event; undefined where it fits. */
const schemaFault = async (
  request: CapturedRequest,
  { value, encoding }: Pick<Secret, 'value' | 'encoding'>,
  profile: Profile | undefined,
  at: number,
): Promise<string | undefined> => {
  if (profile === undefined) return undefined
  const result = await safeVerify({
    headers: headersOf(request),
    body: request.body,
    secret: { value, ...(encoding && { encoding }) },
    profile,
    now: () => at,
  })
  if (result.ok || result.code !== 'invalid_payload') return undefined
  const issues = result.issues?.map(({ path, message }) => `${path}: ${message}`) ?? []
  return `Its data does not fit the schema of the event, so a receiver answers 422: ${issues.slice(0, 5).join('; ') || result.message}`
}

const sourceOf = ({ matches: [match] }: Inference): readonly string[] => {
  if (match === undefined) return []
  const { source, missing, notes } = match
  return [
    ...(source === undefined ? [] : ['', 'It is genuine with this receiver:', '', source]),
    ...[...missing, ...notes].map((sentence) => `- ${sentence}`),
  ]
}

/** Says in plain words whether a captured request is genuine, why not, and which receiver would take it. */
export const examineRequest = async (
  options: DoctorOptions,
  world: World,
  out: Output,
): Promise<number> => {
  checkSources('the file', options.what, options)
  const told = options.profile === undefined ? undefined : profileOf(options.profile)
  const secret = await (told === undefined
    ? secretOfUnknownWire(options, world, out)
    : secretOf(options, world, out, told))
  const request = await requestOf(options, world)
  const at = options.at ?? request.at ?? world.clock.now()
  const diagnosis = await diagnosed(
    { headers: headersOf(request), body: request.body },
    secret,
    options,
    at,
  )
  const inference =
    diagnosis.ok || told !== undefined || isFound(diagnosis)
      ? undefined
      : await inferred(request, secret)
  const [match] = inference?.ok ? inference.matches : []
  const fault = diagnosis.ok
    ? await schemaFault(request, secret, told ?? profileOf('standard-webhooks'), at)
    : match &&
      (await schemaFault(
        request,
        { value: secret.value, encoding: secret.encoding ?? match.secretEncoding },
        match.profile,
        at,
      ))
  const isOther = inference?.ok === true
  const { green, yellow, red, dim } = out.colors
  const checks = diagnosis.checks.map(
    ({ name, ok, found }) =>
      `${ok ? green('ok  ') : red('FAIL')}  ${name.padEnd(9)}  ${dim(found)}`,
  )
  const { ok, code, message, fix, certain } = diagnosis
  out.data(
    {
      ok,
      code,
      message,
      fix,
      certain,
      checks: diagnosis.checks,
      ...(fault !== undefined && { schema: fault }),
      ...(inference && {
        inference: {
          ok: inference.ok,
          message: inference.message,
          source: inference.matches[0]?.source,
          missing: inference.matches[0]?.missing,
          notes: inference.matches[0]?.notes,
        },
      }),
    },
    [
      ...(isOther
        ? [
            `${yellow('WARN')}  It is genuine, but on another wire than the receiver's default: give the receiver the profile below.`,
            '',
            inference.message,
            ...sourceOf(inference),
            '',
            `With the default, standardWebhooks(), it is refused (${code}):`,
            ...checks,
          ]
        : [
            ...checks,
            '',
            `${ok ? green('PASS') : red('FAIL')}  ${code}: ${message}`,
            ...(ok ? [] : [`      ${fix}`]),
            ...(inference === undefined ? [] : ['', inference.message]),
          ]),
      ...(fault === undefined ? [] : ['', `${yellow('WARN')}  ${fault}`]),
    ].join('\n'),
  )
  if (!ok && !isOther && request.at !== undefined && code === 'clock_ahead') {
    out.note('Using the time of the capture as the time of arrival; pass --at to use another.')
  }
  return ok ? exitCodes.ok : exitCodes.failed
}
