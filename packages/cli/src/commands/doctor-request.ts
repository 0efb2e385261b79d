import {
  type Diagnosis,
  diagnose,
  type Inference,
  inferProfile,
} from '@ainexlayer/webhooks/diagnose'
import { type CapturedRequest, headersOf } from '../capture/captured-request.ts'
import { readCapture } from '../capture/read-capture.ts'
import { exitCodes } from '../errors/cli-error.ts'
import { type Secret, secretOf } from '../input/secret.ts'
import { wireOf } from '../input/wire.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import type { DoctorOptions } from './doctor-options.ts'
import { requestOfFlags } from './verify.ts'

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
    profile: wireOf(options.profile ?? 'standard-webhooks').profile,
    now: () => at,
  })

/** What is found on another wire: asked only where no profile was told. */
const inferred = async (
  request: CapturedRequest,
  secret: Secret,
  options: DoctorOptions,
): Promise<Inference | undefined> => {
  if (options.profile !== undefined) return undefined
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
  const secret = await secretOf(options, world, out)
  const request = await requestOf(options, world)
  const at = options.at === undefined ? (request.at ?? world.clock.now()) : options.at * 1000
  const diagnosis = await diagnosed(
    { headers: headersOf(request), body: request.body },
    secret,
    options,
    at,
  )
  const inference = diagnosis.ok ? undefined : await inferred(request, secret, options)
  const isOther = inference?.ok === true
  const { green, red, dim } = out.colors
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
      ...checks,
      '',
      `${ok ? green('PASS') : red('FAIL')}  ${code}: ${message}`,
      ...(ok ? [] : [`      ${isOther ? 'Give the receiver the profile below.' : fix}`]),
      ...(inference === undefined ? [] : ['', inference.message, ...sourceOf(inference)]),
    ].join('\n'),
  )
  if (!ok && !isOther && request.at !== undefined && code === 'clock_ahead') {
    out.note('The time of the capture was taken for when it arrived; --at tells another.')
  }
  return ok ? exitCodes.ok : exitCodes.failed
}
