import { type Group, groups, type Status } from './check.ts'

/** The result of one check. */
export interface CheckResult {
  readonly name: string
  readonly group: Group
  readonly title: string
  readonly status: Status | 'skipped'
  readonly expected: string
  /** What was answered, and how often it was handled; for a skipped check why. */
  readonly came: string
  /** How to mend it; where it is not right, or could be better. */
  readonly fix?: string
  /** Skipped, because without an observer the answers alone say nothing. */
  readonly needsObserver?: boolean
}

/** A letter: A nothing is wrong, F it takes forgeries or refuses what is genuine. It covers what was judged. */
export type Grade = 'A' | 'B' | 'C' | 'D' | 'F'

/** What a receiver is worth. */
export interface Scorecard {
  readonly url: string
  readonly grade: Grade
  readonly passed: number
  readonly preferences: number
  readonly failed: number
  readonly skipped: number
  /** Of those, the ones that only an observer shows: the grade says nothing about them. */
  readonly unobserved: number
  readonly results: readonly CheckResult[]
}

const weights: Readonly<Record<Group, number>> = {
  security: 3,
  'delivery semantics': 3,
  compatibility: 2,
  robustness: 1,
}

/** Who fails one of these is no receiver at all. */
const vital = [
  'genuine',
  'json-spelling',
  'tampered-value',
  'wrong-secret',
  'no-signature',
  'empty-signature',
  'garbage-signature',
]

const gradeOf = (results: readonly CheckResult[]): Grade => {
  const failures = results.filter(({ status }) => status === 'failed')
  if (failures.length === 0) return 'A'
  if (failures.some(({ name }) => vital.includes(name))) return 'F'
  const sum = (some: readonly CheckResult[]) =>
    some.reduce((total, { group }) => total + weights[group], 0)
  const judged = results.filter(({ status }) => status !== 'skipped')
  const share = 1 - sum(failures) / sum(judged)
  const isGrave = failures.some(({ group }) => weights[group] === 3)
  if (share >= 0.9 && !isGrave) return 'B'
  return share >= 0.75 ? 'C' : 'D'
}

const count = (results: readonly CheckResult[], status: CheckResult['status']): number =>
  results.filter((result) => result.status === status).length

/** Adds up the results of a run. */
export const scorecardOf = (url: string, results: readonly CheckResult[]): Scorecard => ({
  url,
  grade: gradeOf(results),
  passed: count(results, 'passed'),
  preferences: count(results, 'preference'),
  failed: count(results, 'failed'),
  skipped: count(results, 'skipped'),
  unobserved: results.filter(({ needsObserver }) => needsObserver).length,
  results,
})

/** The results by group, without empty groups. */
export const byGroup = ({
  results,
}: Scorecard): readonly { readonly group: Group; readonly results: readonly CheckResult[] }[] =>
  groups
    .map((group) => ({ group, results: results.filter((result) => result.group === group) }))
    .filter((one) => one.results.length > 0)

/** The end of a scorecard in one sentence. */
export const summaryOf = (scorecard: Scorecard): string => {
  const { grade, passed, preferences, failed, skipped, unobserved } = scorecard
  const without = unobserved > 0 ? ', without what only --observe shows' : ''
  return [
    `Grade ${grade}${without}: ${passed} passed, ${failed} failed`,
    ...(preferences > 0 ? [`${preferences} could be better`] : []),
    ...(skipped > 0 ? [`${skipped} not judged`] : []),
  ].join(', ')
}
