import { crashRecover } from './crash-recover.ts'
import {
  clockSkew,
  encodings,
  endpointGone,
  replayAttack,
  rotation,
  tamperMatrix,
} from './forged.ts'
import { ackLost, duplicateRace, flood, happy, retryUntilOk } from './genuine.ts'
import { outOfOrder } from './out-of-order.ts'
import type { Scenario, ScenarioNeed } from './scenario.ts'
import { slowLoris } from './slow-loris.ts'
import { createStage, type ScenarioOptions, type VerdictRow } from './stage.ts'

export { observeStateUrl, observeUrl } from './observe-url.ts'
export type { ScenarioNeed } from './scenario.ts'
export type { Observe, ObserveState, ScenarioOptions, Target, VerdictRow } from './stage.ts'

/** Every scenario, by its name. */
const scenarios = {
  'happy-19': happy,
  'retry-until-ok': retryUntilOk,
  'ack-lost': ackLost,
  'duplicate-race': duplicateRace,
  'out-of-order-document': outOfOrder,
  rotation,
  'replay-attack': replayAttack,
  'tamper-matrix': tamperMatrix,
  encodings,
  'clock-skew': clockSkew,
  'slow-loris': slowLoris,
  'crash-recover': crashRecover,
  'flood-1000': flood,
  'endpoint-gone': endpointGone,
} as const satisfies Record<string, Scenario>

/** The name of a scenario. */
export type ScenarioName = keyof typeof scenarios

const isName = (name: string): name is ScenarioName => Object.hasOwn(scenarios, name)

/** The names of all scenarios, in the recommended order. */
export const scenarioNames: readonly ScenarioName[] = Object.keys(scenarios).filter(isName)

/** A scenario as a catalogue shows it. */
export interface ScenarioInfo {
  readonly name: ScenarioName
  /** What it shows, in one sentence. */
  readonly description: string
  /** The options that it cannot do without. */
  readonly needs: readonly ScenarioNeed[]
}

/** What each scenario shows, and needs. */
export const scenarioCatalog: readonly ScenarioInfo[] = scenarioNames.map((name) => ({
  name,
  description: scenarios[name].description,
  needs: scenarios[name].needs,
}))

/** The result of a scenario. */
export interface ScenarioVerdict {
  readonly name: ScenarioName
  readonly rows: readonly VerdictRow[]
  /** Why the scenario was skipped. */
  readonly skipped?: string
  /** Whether every step passed; false for a scenario that was skipped. */
  readonly passed: boolean
}

/**
 * Runs a scenario against a receiver, and judges its answers and, with `observe`, how often its handlers
 * ran.
 *
 * @example
 * const verdict = await runScenario('tamper-matrix', { target: { url, secret }, observe: observeUrl(`${origin}/handled`) })
 * console.log(formatVerdict(verdict))
 */
export const runScenario = async (
  name: ScenarioName,
  options: ScenarioOptions,
): Promise<ScenarioVerdict> => {
  const missing = scenarios[name].needs.filter((need) => options[need] === undefined)
  if (missing.length > 0) {
    const words = missing.map((need) => `\`${need}\``).join(' and ')
    return { name, rows: [], skipped: `it needs ${words}`, passed: false }
  }
  const stage = createStage(options)
  await scenarios[name].play(stage)
  const rows = await stage.verdicts()
  return { name, rows, passed: rows.every(({ verdict }) => verdict === 'ok') }
}

const shown = (list: readonly (number | string)[]): string =>
  list.length <= 4 ? list.join(', ') : `${list.slice(0, 3).join(', ')}, … (${list.length})`

/** The verdict as a table for people. */
export const formatVerdict = ({ name, rows, skipped, passed }: ScenarioVerdict): string => {
  if (skipped !== undefined) return `${name}: skipped, ${skipped}`
  const cells = rows.map(({ step, answered, expected, handled, expectedHandled, verdict }) => [
    step,
    shown(answered),
    expected,
    handled === undefined ? '' : `${handled} of ${expectedHandled}`,
    verdict,
  ])
  const head = ['step', 'answered', 'expected', 'handled', 'verdict']
  const widths = head.map((title, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    `  ${row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()}`
  return [`${name}: ${passed ? 'passed' : 'FAILED'}`, line(head), ...cells.map(line)].join('\n')
}
