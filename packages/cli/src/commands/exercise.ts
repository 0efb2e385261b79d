import { exitCodes } from '../errors/cli-error.ts'
import { createBench } from '../exercise/bench.ts'
import { chosenChecks } from '../exercise/checks.ts'
import { type ObserverOptions, observerFault, observerOf } from '../exercise/observer.ts'
import { reportJunit } from '../exercise/report-junit.ts'
import { reportMarkdown } from '../exercise/report-markdown.ts'
import { reportText } from '../exercise/report-text.ts'
import { runChecks } from '../exercise/run-checks.ts'
import { scorecardOf } from '../exercise/scorecard.ts'
import { eventNameOf } from '../input/event-name.ts'
import { type SecretOptions, secretOf } from '../input/secret.ts'
import { wireOf } from '../input/wire.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import { progressBar } from '../output/progress.ts'
import { checkWritable, writeReport } from '../output/report-file.ts'
import type { World } from '../world/world.ts'

/** The options of `exercise`. */
export interface ExerciseOptions extends OutputOptions, SecretOptions, ObserverOptions {
  readonly url: string
  readonly only?: readonly string[] | undefined
  readonly skip?: readonly string[] | undefined
  readonly profile: string
  /** An event that the handlers handle. */
  readonly event: string
  /** Milliseconds for one request. */
  readonly timeout: number
  /** Milliseconds in which a request that drips should be ended. */
  readonly slowLimit: number
  readonly burst: number
  readonly junit?: string | undefined
  readonly markdown?: string | undefined
}

/** Judges a receiver: plays every check against it, and says what is wrong and how to mend it. */
export const exercise = async (options: ExerciseOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const checks = chosenChecks(options.only, options.skip)
  // Before the run, which takes long.
  await checkWritable(world, '--junit', options.junit)
  await checkWritable(world, '--markdown', options.markdown)
  const wire = wireOf(options.profile)
  const target = {
    url: options.url,
    event: eventNameOf(options.event),
    wire,
    timeoutMs: options.timeout,
    slowMs: options.slowLimit,
    burst: options.burst,
    secret: (await secretOf(options, world, out, wire.profile)).whsec,
  }
  const observe = await observerOf(options, world)
  if (observe === undefined) {
    out.note(
      'Without --observe only answers are judged: how often the handlers ran is not known, and there is no grade.',
    )
  }
  const bench = createBench(target, world, observe)
  const progress = progressBar(world, out, checks.length)
  const played = await runChecks(bench, checks, ({ title }) => progress.step(title)).finally(() =>
    progress.stop(),
  )
  const scorecard = scorecardOf(target.url, played, observe !== undefined)
  if (out.isJson) {
    for (const result of played.results) out.data(result, undefined)
    const { results: _, ...summary } = scorecard
    out.data(summary, undefined)
  } else out.data({}, reportText(out, scorecard))
  for (const [option, file, report] of [
    ['--junit', options.junit, reportJunit],
    ['--markdown', options.markdown, reportMarkdown],
  ] as const) {
    if (file !== undefined) await writeReport(world, option, file, report(scorecard))
  }
  if (played.hasStopped)
    out.warn('The endpoint has stopped answering: what was not played by then is not judged.')
  if (played.observerFault !== undefined) out.warn(observerFault(options, played.observerFault))
  if (scorecard.failed > 0) return exitCodes.failed
  const isBlind = played.observerFault !== undefined || played.nothingSeen !== undefined
  return isBlind ? exitCodes.unreachable : exitCodes.ok
}
