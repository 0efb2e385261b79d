import { CliError } from '../errors/cli-error.ts'
import type { Bench } from './bench.ts'
import type { Check, Judge, Observation } from './check.ts'
import { answerOf, failed, needsObserver, nothingCounted } from './check.ts'
import { missingNeed } from './checks.ts'
import { genuine } from './compatibility.ts'
import { notLostCheck } from './delivery.ts'
import { lookPatiently } from './observer.ts'
import { alive } from './robustness.ts'
import type { Look, Runs } from './runs.ts'
import type { CheckResult, Played } from './scorecard.ts'
import { StoppedAnswering, stoppedAnswering } from './silence.ts'

/** What keeps a receiver from being reached at all. */
const unreachable: readonly (number | string)[] = [
  'connect_refused',
  'connect_timeout',
  'dns',
  'tls',
]

const resultOf = (
  { name, group, title, expected, fix, countsRuns, needs }: Check,
  judge: Judge,
  seen: Observation | undefined,
  observerFault: string | undefined,
): CheckResult => {
  const judged = judge(seen)
  const isBlind =
    seen === undefined && (countsRuns === true || needs?.includes('observer') === true)
  if ('skipped' in judged) {
    const isUnseen = isBlind && judged.skipped === needsObserver
    const came =
      isUnseen && observerFault !== undefined
        ? `the observer did not say how often it was handled (${observerFault})`
        : judged.skipped
    const unseen = isUnseen ? { needsObserver: true } : {}
    return { name, group, title, expected, status: 'skipped', came, ...unseen }
  }
  const { status } = judged
  if (isBlind && status === 'passed') {
    const why =
      observerFault === undefined
        ? `${needsObserver} to see how often it was handled`
        : `the observer did not say how often it was handled (${observerFault})`
    const came = `${judged.came}; ${why}`
    return { name, group, title, expected, status: 'skipped', came, needsObserver: true }
  }
  const { came, lowersGrade } = judged
  const mended = status === 'passed' ? {} : { fix: judged.fix ?? fix }
  const lowered = lowersGrade === undefined ? {} : { lowersGrade }
  return { name, group, title, expected, status, came, ...mended, ...lowered }
}

/** The events of the handled type that were acknowledged, and not handled until now. */
const missingIn = (runs: Runs, { acknowledged }: Bench): number =>
  acknowledged.filter((id) => (runs[id] ?? 0) === 0).length

/** For how many looks nothing new must run where everything was handled, and where something is missing. */
const quietLooks = 1
const quietLooksMissing = 6

/** Waits until the handlers are done: until nothing new runs. A queue may still hold what was acknowledged. */
const settledRuns = async (bench: Bench): Promise<Look | undefined> => {
  const { observe, world } = bench
  if (observe === undefined) return undefined
  let before = ''
  let quiet = 0
  for (let tries = 0; tries < 120; tries++) {
    await world.clock.sleep(250, world.signal)
    const look = await lookPatiently(observe, world)
    if ('fault' in look) return look
    const now = JSON.stringify(look.runs)
    quiet = now === before ? quiet + 1 : 0
    before = now
    if (quiet >= (missingIn(look.runs, bench) > 0 ? quietLooksMissing : quietLooks)) return look
  }
  return lookPatiently(observe, world)
}

/** What was seen in the end. */
const observationOf = (
  bench: Bench,
  runs: Runs,
  judges: ReadonlyMap<Check, Judge>,
): Observation => {
  const { acknowledged } = bench
  const countsNothing = acknowledged.length > 0 && missingIn(runs, bench) === acknowledged.length
  const seen = { runs, countsNothing, losesEvents: false }
  // Lost events are held against a receiver in one check alone, so that the others say what they are about.
  const lost = judges.get(notLostCheck)?.(seen)
  return {
    ...seen,
    losesEvents: lost !== undefined && 'status' in lost && lost.status === 'failed',
  }
}

/** Why nothing is judged by an observer that counted no ordinary event, and what to do about it. */
const nothingSeen = ({ target, types }: Bench, runs: Runs): string => {
  const handled = [...types].find(([id]) => (runs[id] ?? 0) > 0)?.[1]
  const instead =
    handled === undefined ? 'that its handlers handle' : `that they handle, such as ${handled}`
  return `the receiver does not seem to handle ${target.event}: ${nothingCounted}; pass --event with a type ${instead}, or check what the observer reports`
}

/** The first request says whether anything is there, and whether what is genuine is taken. */
const reach = async (bench: Bench): Promise<boolean> => {
  await genuine.play(bench)
  const [first] = bench.attempts
  const answer = first === undefined ? 'none' : answerOf(first)
  if (unreachable.includes(answer)) {
    throw new CliError(
      'unreachable',
      `${bench.target.url} cannot be reached (${answer}).`,
      'Start the receiver, and check the port and the scheme.',
    )
  }
  return first?.outcome === 'delivered'
}

/** Plays a check; one in which the endpoint stops answering has failed. */
const playOne = async (check: Check, bench: Bench): Promise<Judge> => {
  try {
    return await check.play(bench)
  } catch (error) {
    if (!(error instanceof StoppedAnswering)) throw error
    const fix = 'Look into the log of the receiver: what was sent until then made it hang or end.'
    return () => failed(stoppedAnswering, fix)
  }
}

/** Plays checks and judges them when everything was sent. `onPlayed` is called after each. */
export const runChecks = async (
  bench: Bench,
  checks: readonly Check[],
  onPlayed: (check: Check) => void,
): Promise<Played> => {
  const isTaken = await reach(bench)
  const judges = new Map<Check, Judge>()
  const play = async (check: Check): Promise<void> => {
    const missing = missingNeed(check.needs, bench.target.wire, bench.observe !== undefined)
    const skipped =
      bench.hasStopped() && check !== alive
        ? stoppedAnswering
        : !isTaken && check !== genuine && !check.isAlways
          ? 'genuine events are refused'
          : missing
    judges.set(check, skipped === undefined ? await playOne(check, bench) : () => ({ skipped }))
    bench.world.signal.throwIfAborted()
    onPlayed(check)
  }
  const slow = Promise.all(checks.filter(({ isSlow }) => isSlow).map(play))
  // Whoever awaits it hears of a failure; until then nobody does.
  slow.catch(() => {})
  for (const check of checks) if (!check.isSlow && check !== alive) await play(check)
  await slow
  if (checks.includes(alive)) await play(alive)
  const look = await settledRuns(bench)
  const fault = look !== undefined && 'fault' in look ? look.fault : undefined
  const seen =
    look !== undefined && 'runs' in look ? observationOf(bench, look.runs, judges) : undefined
  const results = checks.map((check) =>
    resultOf(check, judges.get(check) ?? (() => ({ skipped: 'not played' })), seen, fault),
  )
  return {
    results,
    hasStopped: bench.hasStopped(),
    ...(fault !== undefined && { observerFault: fault }),
    ...(seen?.countsNothing && { nothingSeen: nothingSeen(bench, seen.runs) }),
  }
}
