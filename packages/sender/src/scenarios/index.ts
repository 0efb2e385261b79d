import { scenarios } from './scenarios.ts'
import { createStage, type Observe, type ScenarioOptions, type VerdictRow } from './stage.ts'

export type { Observe, ScenarioOptions, Target, VerdictRow } from './stage.ts'

/** The name of a scenario. */
export type ScenarioName = keyof typeof scenarios

/** The names of all scenarios, in the recommended order. */
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[]

/** The result of a scenario. */
export interface ScenarioVerdict {
  readonly name: ScenarioName
  readonly rows: readonly VerdictRow[]
  /** Why the scenario was skipped. */
  readonly skipped?: string
  /** Whether every step passed; false for a scenario that was skipped. */
  readonly passed: boolean
}

/** Observes the handlers through a URL that answers `{ "<event id>": runs }`. */
export const observeUrl =
  (url: string): Observe =>
  async () => {
    const runs: unknown = await (await fetch(url)).json()
    const counts = typeof runs === 'object' && runs !== null ? Object.entries(runs) : []
    return Object.fromEntries(counts.map(([id, count]) => [id, Number(count)]))
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
  const stage = createStage(options)
  await scenarios[name](stage)
  const rows = await stage.verdicts()
  if (rows.length === 0) return { name, rows, skipped: 'it needs `restart`', passed: false }
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
