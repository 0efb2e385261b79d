import type { LookupFunction } from 'node:net'
import { type FixtureOf, fixture } from '@ainexlayer/webhooks/testing'
import type { Fault } from '@ainexlayer/webhooks-contract'
import { type Attempt, attemptDelivery } from '../delivery/attempt.ts'
import { systemClock } from '../delivery/clock.ts'
import { createMessage, type Message } from '../message/message.ts'
import { inTime, lookMs } from './in-time.ts'

/** The receiver that a scenario tests. */
export interface Target {
  readonly url: string
  /** `whsec_…` */
  readonly secret: string
  /** A secret that the receiver knows too, for `rotation`. */
  readonly otherSecret?: string
}

/** How often the handlers ran, by event id. */
export type Observe = () => Promise<Readonly<Record<string, number>>>

/** Which event the receiver's current state of a thing comes from: event ids by the `id` in the data of events. */
export type ObserveState = () => Promise<Readonly<Record<string, string>>>

/** The options of a scenario. */
export interface ScenarioOptions {
  readonly target: Target
  /** Without it only the answers are judged. */
  readonly observe?: Observe
  /** What the receiver holds of each document, for `out-of-order-document`. */
  readonly observeState?: ObserveState
  /** Kills the receiver and starts it again, for `crash-recover`, which calls it up to three times. Counts of `observe` that outlive it are judged more exactly. */
  readonly restart?: () => Promise<void>
  /** Milliseconds in which a receiver must end a request that drips; default 12 000. */
  readonly readLimitMs?: number
  /** Milliseconds after a restart in which what was acknowledged must be handled; default 90 000, for the lock of a queue or a claim's lease has to end first. */
  readonly recoveryMs?: number
  /** Called after each step, with its number from 1 and its name. */
  readonly onStep?: (done: number, step: string) => void
  /** Resolves host names; it gives out only addresses that may be connected to. Default: every address. */
  readonly lookup?: LookupFunction
  /** Milliseconds that an attempt may take; default 10 000. */
  readonly timeoutMs?: number
  /** Milliseconds to wait after the last answer for handlers that should not run; default 250. */
  readonly settleMs?: number
}

/** One step of a scenario, and whether the receiver did as expected. */
export interface VerdictRow {
  readonly step: string
  /** Statuses or error codes, in the order of the attempts; or what was seen otherwise. */
  readonly answered: readonly (number | string)[]
  readonly expected: string
  /** How often the handlers ran, over all events of the step; undefined without `observe`. */
  readonly handled: number | undefined
  readonly expectedHandled: number | undefined
  readonly verdict: 'ok' | 'wrong'
}

/** What is expected of one step. */
export interface Expectation {
  /** The expected answers, in words for the table. */
  readonly expected: string
  readonly isRight: (answers: readonly (number | string)[]) => boolean
  /** How often the handlers run in all, for each event of the step. */
  readonly handled?: number
  /** Whether more runs than `handled` are right, too: the receiver was killed between a run and its record. */
  readonly orMore?: boolean
}

/** How one attempt differs from the others. */
export interface SendOptions {
  /** 1 (default) for the first attempt. */
  readonly number?: number
  /** Milliseconds that it may take; default as for the whole scenario. */
  readonly timeoutMs?: number
}

/** What a scenario sends and judges with. */
export interface Stage {
  readonly target: Target
  readonly options: ScenarioOptions
  newMessage(type?: keyof Fixtures): Message
  /** Sends once, and resolves with the attempt. */
  send(message: Message, faults?: readonly Fault[], more?: SendOptions): Promise<Attempt>
  /** Records the answers to one event or several; `verdicts` counts the runs of the handlers. */
  judge(
    step: string,
    messages: Message | Message[],
    attempts: readonly Attempt[],
    expectation: Expectation,
  ): void
  /** Records something that was seen otherwise than by answers and runs. */
  note(step: string, seen: string, expected: string, isRight: boolean): void
  /** The verdicts on everything that was recorded so far: before a restart, after which the receiver may have forgotten its runs. */
  verdicts(): Promise<VerdictRow[]>
}

type Fixtures = { [Type in Parameters<typeof fixture>[0]]: FixtureOf<Type> }

/** An attempt in one word: its status, or the code of its error. */
export const answerOf = ({ response, error }: Attempt): number | string =>
  response?.statusCode ?? error?.code ?? 'none'

/** All answers to an event: those of its attempts, and of their copies. */
const answersOf = (attempts: readonly Attempt[]): (number | string)[] =>
  attempts.flatMap((attempt) => [answerOf(attempt), ...(attempt.copies ?? [])])

/** A step whose answers are known; the runs of the handlers are not yet. */
interface RecordedStep {
  readonly row?: undefined
  readonly step: string
  readonly ids: readonly string[]
  readonly answered: readonly (number | string)[]
  readonly expectation: Expectation
}

/** Observes until every expected run is there, for a second at most, and once more after `settleMs`, in which unexpected runs would show. */
const observeRuns = async (
  observe: Observe,
  recorded: readonly RecordedStep[],
  settleMs: number,
): Promise<Readonly<Record<string, number>>> => {
  const due = recorded.flatMap(({ ids, expectation: { handled = 0 } }) =>
    ids.map((id) => ({ id, handled })),
  )
  let last: Readonly<Record<string, number>> | undefined
  let failures = 0
  const look = async (): Promise<typeof last> => {
    try {
      last = await inTime('observe', lookMs, async () => observe())
    } catch (error) {
      // One look may fail, as the receiver may be busy.
      if (++failures > 3 && last === undefined) throw error
    }
    return last
  }
  for (let tries = 0; tries < 20; tries++) {
    const runs = await look()
    if (runs && due.every(({ id, handled }) => (runs[id] ?? 0) >= handled)) break
    await systemClock.sleep(50)
  }
  await systemClock.sleep(settleMs)
  return (await look()) ?? {}
}

const rowOf = (
  { step, ids, answered, expectation }: RecordedStep,
  runs: Readonly<Record<string, number>> | undefined,
): VerdictRow => {
  const { expected, isRight, handled: each, orMore } = expectation
  const counts = runs === undefined || each === undefined ? [] : ids.map((id) => runs[id] ?? 0)
  return {
    step,
    answered,
    expected,
    handled: counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0),
    expectedHandled: each === undefined ? undefined : each * ids.length,
    // Each event on its own: one that was lost does not make up for one that ran twice.
    verdict:
      isRight(answered) &&
      counts.every((count) => count === each || (orMore === true && count > (each ?? 0)))
        ? 'ok'
        : 'wrong',
  }
}

/** Creates the stage of one scenario. */
export const createStage = (options: ScenarioOptions): Stage => {
  const { target, observe, timeoutMs = 10_000, settleMs = 250, onStep } = options
  const recorded: (RecordedStep | { readonly row: VerdictRow })[] = []
  const record = (step: (typeof recorded)[number], name: string): void => {
    recorded.push(step)
    onStep?.(recorded.length, name)
  }
  return {
    target,
    options,
    newMessage: (type = 'chat.message') => createMessage(fixture(type)),
    send: (message, faults = [], more = {}) =>
      attemptDelivery({
        ...(options.lookup && { lookup: options.lookup }),
        endpoint: {
          url: target.url,
          secrets: [target.secret],
          retiredSecrets: target.otherSecret === undefined ? [] : [target.otherSecret],
        },
        message,
        number: more.number ?? 1,
        timeoutMs: more.timeoutMs ?? timeoutMs,
        clock: systemClock,
        faults,
      }),
    judge: (step, messages, attempts, expectation) => {
      const ids = [messages].flat().map(({ id }) => id)
      record({ step, ids, answered: answersOf(attempts), expectation }, step)
    },
    note: (step, seen, expected, isRight) => {
      const verdict = isRight ? 'ok' : 'wrong'
      const row: VerdictRow = {
        step,
        answered: [seen],
        expected,
        handled: undefined,
        expectedHandled: undefined,
        verdict,
      }
      record({ row }, step)
    },
    verdicts: async () => {
      const steps = recorded.filter((one) => one.row === undefined)
      const runs =
        observe === undefined || steps.length === 0
          ? undefined
          : await observeRuns(observe, steps, settleMs)
      const rows = recorded.map((one) => (one.row === undefined ? rowOf(one, runs) : one.row))
      recorded.splice(0, rows.length, ...rows.map((row) => ({ row })))
      return rows
    },
  }
}
