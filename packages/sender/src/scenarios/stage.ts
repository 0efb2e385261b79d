import { type FixtureOf, fixture } from '@ainexlayer/webhooks/testing'
import type { Fault } from '@ainexlayer/webhooks-contract'
import { type Attempt, attemptDelivery } from '../delivery/attempt.ts'
import { systemClock } from '../delivery/clock.ts'
import { createMessage, type Message } from '../message/message.ts'

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

/** The options of a scenario. */
export interface ScenarioOptions {
  readonly target: Target
  /** Without it only the answers are judged. */
  readonly observe?: Observe
  /** Kills the receiver and starts it again, for `crash-recover`. */
  readonly restart?: () => Promise<void>
  /** Milliseconds that an attempt may take; default 10 000. */
  readonly timeoutMs?: number
  /** Milliseconds to wait after the last answer for handlers that should not run; default 250. */
  readonly settleMs?: number
}

/** One step of a scenario, and whether the receiver did as expected. */
export interface VerdictRow {
  readonly step: string
  /** Statuses or error codes, in the order of the attempts. */
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
}

/** What a scenario sends and judges with. */
export interface Stage {
  readonly target: Target
  readonly restart: (() => Promise<void>) | undefined
  newMessage(type?: keyof Fixtures): Message
  /** Sends once, and resolves with the attempt. */
  send(message: Message, faults?: readonly Fault[], number?: number): Promise<Attempt>
  /** Records the answers to one event or several; the handlers are counted when everything was sent. */
  judge(
    step: string,
    messages: Message | Message[],
    attempts: readonly Attempt[],
    expectation: Expectation,
  ): void
  /** The verdicts on everything that was recorded. */
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
  for (let tries = 0; tries < 20; tries++) {
    const runs = await observe()
    if (due.every(({ id, handled }) => (runs[id] ?? 0) >= handled)) break
    await systemClock.sleep(50)
  }
  await systemClock.sleep(settleMs)
  return observe()
}

const rowOf = (
  { step, ids, answered, expectation }: RecordedStep,
  runs: Readonly<Record<string, number>> | undefined,
): VerdictRow => {
  const { expected, isRight, handled: each } = expectation
  const counts = runs === undefined || each === undefined ? [] : ids.map((id) => runs[id] ?? 0)
  return {
    step,
    answered,
    expected,
    handled: counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0),
    expectedHandled: each === undefined ? undefined : each * ids.length,
    // Each event on its own: one that was lost does not make up for one that ran twice.
    verdict: isRight(answered) && counts.every((count) => count === each) ? 'ok' : 'wrong',
  }
}

/** Creates the stage of one scenario. */
export const createStage = (options: ScenarioOptions): Stage => {
  const { target, observe, restart, timeoutMs = 10_000, settleMs = 250 } = options
  const recorded: RecordedStep[] = []
  return {
    target,
    restart,
    newMessage: (type = 'chat.message') => createMessage(fixture(type)),
    send: (message, faults = [], number = 1) =>
      attemptDelivery({
        endpoint: {
          url: target.url,
          secrets: [target.secret],
          retiredSecrets: target.otherSecret === undefined ? [] : [target.otherSecret],
        },
        message,
        number,
        timeoutMs,
        clock: systemClock,
        faults,
      }),
    judge: (step, messages, attempts, expectation) => {
      const ids = [messages].flat().map(({ id }) => id)
      recorded.push({ step, ids, answered: answersOf(attempts), expectation })
    },
    verdicts: async () => {
      const runs =
        observe === undefined || recorded.length === 0
          ? undefined
          : await observeRuns(observe, recorded, settleMs)
      return recorded.map((one) => rowOf(one, runs))
    },
  }
}
