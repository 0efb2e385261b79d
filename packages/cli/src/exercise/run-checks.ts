import { CliError } from '../errors/cli-error.ts'
import type { Bench } from './bench.ts'
import type { Check, Judge, Observation } from './check.ts'
import { answerOf } from './check.ts'
import { missingNeed, needsObserver } from './checks.ts'
import { genuine } from './compatibility.ts'
import { alive } from './robustness.ts'
import type { Runs } from './runs.ts'
import type { CheckResult } from './scorecard.ts'

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
  seen?: Observation,
): CheckResult => {
  const judged = judge(seen)
  const isBlind =
    seen === undefined && (countsRuns === true || needs?.includes('observer') === true)
  if ('skipped' in judged) {
    const came = judged.skipped
    const unseen = isBlind && came === needsObserver ? { needsObserver: true } : {}
    return { name, group, title, expected, status: 'skipped', came, ...unseen }
  }
  const { status } = judged
  if (isBlind && status === 'passed') {
    const came = `${judged.came}; ${needsObserver} to see how often it was handled`
    return { name, group, title, expected, status: 'skipped', came, needsObserver: true }
  }
  const { came } = judged
  const mended = status === 'passed' ? {} : { fix: judged.fix ?? fix }
  return { name, group, title, expected, status, came, ...mended }
}

/** Waits until the handlers are done: until nothing new runs. */
const settledRuns = async ({ observe, world }: Bench): Promise<Runs | undefined> => {
  if (observe === undefined) return undefined
  let before = ''
  for (let tries = 0; tries < 20; tries++) {
    await world.clock.sleep(250, world.signal)
    const runs = await observe()
    const now = JSON.stringify(runs)
    if (now === before) return runs
    before = now
  }
  return observe()
}

/** Whether ordinary events of a type that is handled were acknowledged, and never handled. */
const observationOf = (bench: Bench, runs: Runs | undefined): Observation | undefined => {
  if (runs === undefined) return undefined
  const missing = bench.acknowledged.filter((id) => (runs[id] ?? 0) === 0).length
  return {
    runs,
    losesEvents: missing > 0,
    countsNothing: missing > 0 && missing === bench.acknowledged.length,
  }
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

/** Plays checks and judges them when everything was sent. `onPlayed` is called after each. */
export const runChecks = async (
  bench: Bench,
  checks: readonly Check[],
  onPlayed: (check: Check) => void,
): Promise<readonly CheckResult[]> => {
  const isTaken = await reach(bench)
  const judges = new Map<Check, Judge>()
  const play = async (check: Check): Promise<void> => {
    const missing = missingNeed(check.needs, bench.target.wire, bench.observe !== undefined)
    const skipped =
      !isTaken && check !== genuine && !check.isAlways ? 'what is genuine is refused' : missing
    judges.set(check, skipped === undefined ? await check.play(bench) : () => ({ skipped }))
    bench.world.signal.throwIfAborted()
    onPlayed(check)
  }
  const slow = Promise.all(checks.filter(({ isSlow }) => isSlow).map(play))
  // Whoever awaits it hears of a failure; until then nobody does.
  slow.catch(() => {})
  for (const check of checks) if (!check.isSlow && check !== alive) await play(check)
  await slow
  if (checks.includes(alive)) await play(alive)
  const seen = observationOf(bench, await settledRuns(bench))
  return checks.map((check) =>
    resultOf(check, judges.get(check) ?? (() => ({ skipped: 'not played' })), seen),
  )
}
