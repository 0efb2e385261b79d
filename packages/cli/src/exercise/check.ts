import type { Attempt } from '@ainexlayer/webhooks-sender'
import type { Bench } from './bench.ts'
import type { Runs } from './runs.ts'

/** What a check is about, in the order of the scorecard. */
export const groups = ['compatibility', 'security', 'delivery semantics', 'robustness'] as const

/** One of them. */
export type Group = (typeof groups)[number]

/** `preference`: not wrong, and could be better. */
export type Status = 'passed' | 'preference' | 'failed'

/** What came of a check. */
export interface Judgement {
  readonly status: Status
  /** What was answered, and what the handlers did. */
  readonly came: string
  /** Instead of the fix of the check. */
  readonly fix?: string
  /** For a note: it keeps a receiver from an A. */
  readonly lowersGrade?: boolean
}

/** What an observer saw when everything was sent. */
export interface Observation {
  readonly runs: Runs
  /** Whether `not-lost` failed: then a missing run says nothing about another check. */
  readonly losesEvents: boolean
  /** Whether no ordinary event was counted: it is the wrong type of event, or the wrong observer. */
  readonly countsNothing: boolean
}

/** Why a check says nothing without an observer. */
export const needsObserver = 'needs --observe or --observe-file'

/** Why a check says nothing where the observer never saw a handler run. */
export const nothingCounted = 'no run of a handler was counted'

/** What came of a check that could not be judged. */
export interface NotJudged {
  readonly skipped: string
}

/** Judges when everything was sent; without an observer it knows the answers alone. */
export type Judge = (seen: Observation | undefined) => Judgement | NotJudged

/** What a check cannot do without. */
export type Need = 'signed id' | 'signed time' | 'observer' | 'standard wire'

/** One thing that a receiver does rightly or not. */
export interface Check {
  /** For `--only` and `--skip`. */
  readonly name: string
  readonly group: Group
  readonly title: string
  /** In words. */
  readonly expected: string
  /** How to mend it, where it is not so. */
  readonly fix: string
  readonly needs?: readonly Need[]
  /** Claims how often handlers ran: good answers alone are no pass. */
  readonly countsRuns?: boolean
  /** Waits longer than it works: it is played beside the others. */
  readonly isSlow?: boolean
  /** Says something even where genuine events are refused. */
  readonly isAlways?: boolean
  readonly play: (bench: Bench) => Promise<Judge>
}

/** An answer in one word: its status, or why there is none. */
export type AnswerWord = number | string

/** The answer to an attempt. */
export const answerOf = ({ response, error }: Attempt): AnswerWord =>
  response?.statusCode ?? error?.code ?? 'none'

/** The answers to attempts and to their copies. */
export const answersOf = (attempts: readonly Attempt[]): AnswerWord[] =>
  attempts.flatMap((attempt) => [answerOf(attempt), ...(attempt.copies ?? [])])

export const isTaken = (answer: AnswerWord): boolean =>
  typeof answer === 'number' && answer >= 200 && answer < 300

/** 5xx or no answer at all: the receiver broke. */
export const isBroken = (answer: AnswerWord): boolean =>
  typeof answer === 'string' || (answer >= 500 && answer !== 501 && answer !== 503)

/** Answers in words, alike ones counted. */
export const answered = (answers: readonly AnswerWord[]): string => {
  const counts = new Map<AnswerWord, number>()
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  return [...counts]
    .map(([answer, count]) => (count === 1 ? String(answer) : `${answer} (${count} times)`))
    .join(', ')
}

/** How often the handlers ran for these events in all; undefined without an observer. */
export const runsOf = (
  seen: Observation | undefined,
  ids: readonly string[],
): number | undefined =>
  seen === undefined ? undefined : ids.reduce((sum, id) => sum + (seen.runs[id] ?? 0), 0)

/** The events that were not handled exactly once. */
export const notOnce = (seen: Observation | undefined, ids: readonly string[]): number =>
  seen === undefined ? 0 : ids.filter((id) => (seen.runs[id] ?? 0) !== 1).length

/** The number of runs in words. */
export const handled = (count: number | undefined): string =>
  count === undefined ? '' : `, handled ${count === 1 ? 'once' : `${count} times`}`

export const passed = (came: string): Judgement => ({ status: 'passed', came })

export const failed = (came: string, fix?: string): Judgement => ({
  status: 'failed',
  came,
  ...(fix !== undefined && { fix }),
})

/**
 * What is wrong with events each of which must be handled once; undefined where nothing is, or nobody counts. No run at
 * all is no pass: it is held against the receiver unless the observer counts nothing, or `not-lost` already says it.
 */
export const unlessOnce = (
  seen: Observation | undefined,
  ids: readonly string[],
  came: string,
): Judgement | NotJudged | undefined => {
  if (seen === undefined || notOnce(seen, ids) === 0) return undefined
  if (ids.some((id) => (seen.runs[id] ?? 0) > 1)) return failed(came)
  if (seen.countsNothing) return { skipped: `${came}; ${nothingCounted}` }
  return seen.losesEvents
    ? { skipped: `${came}; events that are acknowledged get lost, see not-lost` }
    : failed(came)
}

export const preference = (came: string, fix?: string): Judgement => ({
  status: 'preference',
  came,
  ...(fix !== undefined && { fix }),
})
