import { exitCodes } from '../errors/cli-error.ts'
import { createBench } from '../exercise/bench.ts'
import { doctorChecks } from '../exercise/doctor-checks.ts'
import { observerFault, observerOf } from '../exercise/observer.ts'
import { runChecks } from '../exercise/run-checks.ts'
import type { CheckResult } from '../exercise/scorecard.ts'
import { eventNameOf } from '../input/event-name.ts'
import { secretOf } from '../input/secret.ts'
import { wireOf } from '../input/wire.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import type { DoctorOptions } from './doctor-options.ts'

const words = { passed: 'PASS', preference: 'WARN', failed: 'FAIL', skipped: 'SKIP' } as const

const linesOf = (out: Output, { status, title, came, fix }: CheckResult): string => {
  const { green, yellow, red, dim } = out.colors
  const paint = { passed: green, preference: yellow, failed: red, skipped: dim }[status]
  const first = `${paint(words[status])}  ${title}: ${came}`
  return fix === undefined ? first : `${first}\n      ${fix}`
}

/** Asks an endpoint a few questions; each is PASS, WARN or FAIL, with how to mend it. */
export const examineEndpoint = async (
  options: DoctorOptions & { readonly url: string },
  world: World,
  out: Output,
): Promise<number> => {
  const wire = wireOf(options.profile ?? 'standard-webhooks')
  const target = {
    url: options.url,
    event: eventNameOf(options.event),
    wire,
    timeoutMs: options.timeout,
    slowMs: options.timeout,
    burst: 1,
    secret: (await secretOf(options, world, out, wire.profile)).whsec,
  }
  const bench = createBench(target, world, await observerOf({ observe: options.observe }, world))
  out.note(`Sending some ${target.event} events to ${options.url}.`)
  const {
    results,
    observerFault: fault,
    nothingSeen,
  } = await runChecks(bench, doctorChecks, () => {})
  for (const result of results) out.data(result, linesOf(out, result))
  const isWrong = results.some(({ status }) => status === 'failed')
  if (!out.isJson) {
    out.note(isWrong ? '' : '`npx @ainexlayer/webhooks-cli exercise` asks many more.')
  }
  if (bench.hasStopped())
    out.warn('The endpoint has stopped answering: what was not played by then is not judged.')
  if (fault !== undefined) out.warn(observerFault(options, fault))
  if (nothingSeen !== undefined) out.warn(`Not everything was judged: ${nothingSeen}.`)
  if (isWrong) return exitCodes.failed
  return fault === undefined && nothingSeen === undefined ? exitCodes.ok : exitCodes.unreachable
}
