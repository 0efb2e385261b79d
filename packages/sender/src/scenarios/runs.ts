import type { Clock } from '../delivery/clock.ts'
import { runScenario, type ScenarioName, type ScenarioVerdict } from './index.ts'
import type { ScenarioOptions } from './stage.ts'

/** A run of a scenario that goes on after it was asked for. */
export interface ScenarioRun {
  readonly seq: number
  readonly name: ScenarioName
  readonly webhookId: string
  readonly status: 'running' | 'ended' | 'failed'
  /** The steps so far. */
  readonly steps: number
  readonly lastStep: string | undefined
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly verdict: ScenarioVerdict | undefined
  /** Why it could not be played to its end. */
  readonly error: string | undefined
}

/** The runs of this sender; the last 100 are remembered. */
export interface ScenarioRuns {
  start(name: ScenarioName, webhookId: string, options: ScenarioOptions): ScenarioRun
  get(seq: number): ScenarioRun | undefined
  /** Newest first. */
  list(): readonly ScenarioRun[]
}

const kept = 100

/** Creates the runs; `onChange` is called with each step. */
export const createScenarioRuns = (
  clock: Clock,
  onChange: (run: ScenarioRun) => void,
): ScenarioRuns => {
  const runs = new Map<number, ScenarioRun>()
  let last = 0
  const change = (seq: number, changes: Partial<ScenarioRun>): void => {
    const run = runs.get(seq)
    if (run === undefined) return
    const changed = { ...run, ...changes }
    runs.set(seq, changed)
    onChange(changed)
  }
  return {
    start: (name, webhookId, options) => {
      last += 1
      const seq = last
      const run: ScenarioRun = {
        seq,
        name,
        webhookId,
        status: 'running',
        steps: 0,
        lastStep: undefined,
        startedAt: clock.now(),
        endedAt: undefined,
        verdict: undefined,
        error: undefined,
      }
      runs.set(seq, run)
      for (const old of runs.keys()) if (old <= seq - kept) runs.delete(old)
      onChange(run)
      const onStep = (steps: number, lastStep: string): void => change(seq, { steps, lastStep })
      runScenario(name, { ...options, onStep }).then(
        (verdict) => change(seq, { status: 'ended', verdict, endedAt: clock.now() }),
        (error: unknown) =>
          change(seq, {
            status: 'failed',
            error: error instanceof Error ? error.message : String(error),
            endedAt: clock.now(),
          }),
      )
      return run
    },
    get: (seq) => runs.get(seq),
    list: () => [...runs.values()].reverse(),
  }
}
