import type { Effect } from '../store-kind.ts'
import type { Kill } from './fleet.ts'

/** The result of a soak, derived from its effects. */
export interface Verdict {
  readonly rows: number
  /** Events without an effect. */
  readonly missing: number
  /** Events that ran more than once, each time because the process of the earlier run was killed before it settled. */
  readonly explained: number
  /** Events that ran more than once for any other reason. */
  readonly unexplained: number
}

/** How long before a kill the effect of a run that the kill interrupted may have been written. */
const unsettledMs = 3000

/** Judges the effects of a soak. */
export const judge = (
  ids: readonly string[],
  effects: readonly Effect[],
  kills: readonly Kill[],
): Verdict => {
  const killedAt = new Map(kills.map(({ pid, at }) => [pid, at]))
  const cutOff = ({ pid, at }: Effect): boolean => {
    const kill = killedAt.get(pid)
    return kill !== undefined && kill >= at && kill - at <= unsettledMs
  }
  const byId = new Map<string, Effect[]>()
  for (const effect of effects) byId.set(effect.id, [...(byId.get(effect.id) ?? []), effect])
  const doubled = [...byId.values()].filter(({ length }) => length > 1)
  const unexplained = doubled.filter((runs) => runs.filter((run) => !cutOff(run)).length > 1).length
  return {
    rows: effects.length,
    missing: ids.filter((id) => !byId.has(id)).length,
    explained: doubled.length - unexplained,
    unexplained,
  }
}
