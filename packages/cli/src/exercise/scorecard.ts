import { type Group, groups, type Status } from './check.ts'
import { duplicateChecks } from './delivery.ts'
import { stoppedAnswering } from './silence.ts'

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
  /** A note that keeps a receiver from an A. */
  readonly lowersGrade?: boolean
}

/** What came of a run. */
export interface Played {
  readonly results: readonly CheckResult[]
  /** Why the observer did not say in the end how often the handlers ran. */
  readonly observerFault?: string
  /** Why nothing is judged by the observer: it answered, and counted no event that the receiver took. */
  readonly nothingSeen?: string
  /** Whether the endpoint answered no more: the rest was not played. */
  readonly hasStopped: boolean
}

/** A letter: A nothing is wrong, F it takes forgeries or refuses what is genuine. It covers what was judged. */
export type Grade = 'A' | 'B' | 'C' | 'D' | 'F'

/** What a receiver is worth. */
export interface Scorecard {
  readonly url: string
  /** `null` where nobody could see whether each event is handled once: answers alone earn no letter but an F. */
  readonly grade: Grade | null
  /** Why there is no letter, or no A though nothing failed. */
  readonly reason?: string
  readonly passed: number
  readonly preferences: number
  readonly failed: number
  readonly skipped: number
  /** Of those, the ones that only an observer shows. */
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

const unseen = 'whether each event is handled once was not judged; give --observe'

const noDuplicates = `no check of duplicates was judged (${duplicateChecks.join(', ')})`

interface Graded {
  readonly grade: Grade | null
  readonly reason?: string
}

const gradeOf = (
  { results, hasStopped, observerFault, nothingSeen }: Played,
  isObserved: boolean,
): Graded => {
  const failures = results.filter(({ status }) => status === 'failed')
  // Whatever an observer would show, it is no better.
  if (failures.some(({ name }) => vital.includes(name))) return { grade: 'F' }
  if (hasStopped) return { grade: null, reason: stoppedAnswering }
  if (observerFault !== undefined) {
    return { grade: null, reason: `the observer failed (${observerFault})` }
  }
  if (nothingSeen !== undefined) return { grade: null, reason: nothingSeen }
  if (!isObserved) return { grade: null, reason: unseen }
  if (failures.length === 0) {
    const low = results.find(({ lowersGrade }) => lowersGrade)
    if (low !== undefined) return { grade: 'B', reason: low.came }
    const isJudged = results.some(
      ({ name, status }) => status !== 'skipped' && duplicateChecks.includes(name),
    )
    return isJudged ? { grade: 'A' } : { grade: null, reason: noDuplicates }
  }
  const sum = (some: readonly CheckResult[]) =>
    some.reduce((total, { group }) => total + weights[group], 0)
  const judged = results.filter(({ status }) => status !== 'skipped')
  const share = 1 - sum(failures) / sum(judged)
  const isGrave = failures.some(({ group }) => weights[group] === 3)
  if (share >= 0.9 && !isGrave) return { grade: 'B' }
  return { grade: share >= 0.75 ? 'C' : 'D' }
}

const count = (results: readonly CheckResult[], status: CheckResult['status']): number =>
  results.filter((result) => result.status === status).length

/** Adds up what came of a run. `isObserved`: whether the runs of the handlers were to be counted. */
export const scorecardOf = (url: string, played: Played, isObserved: boolean): Scorecard => {
  const { results } = played
  return {
    url,
    ...gradeOf(played, isObserved),
    passed: count(results, 'passed'),
    preferences: count(results, 'preference'),
    failed: count(results, 'failed'),
    skipped: count(results, 'skipped'),
    unobserved: results.filter(({ needsObserver }) => needsObserver).length,
    results,
  }
}
/** The results by group, without empty groups. */
export const byGroup = ({
  results,
}: Scorecard): readonly { readonly group: Group; readonly results: readonly CheckResult[] }[] =>
  groups
    .map((group) => ({ group, results: results.filter((result) => result.group === group) }))
    .filter((one) => one.results.length > 0)

/** The end of a scorecard in one sentence. */
export const summaryOf = (scorecard: Scorecard): string => {
  const { grade, reason, passed, preferences, failed, skipped } = scorecard
  const letter =
    grade === null
      ? `No grade: ${reason}.`
      : `Grade ${grade}${reason === undefined ? '' : ` (${reason})`}:`
  return [
    `${letter} ${passed} passed, ${failed} failed`,
    ...(preferences > 0 ? [`${preferences} could be better`] : []),
    ...(skipped > 0 ? [`${skipped} not judged`] : []),
  ].join(', ')
}
