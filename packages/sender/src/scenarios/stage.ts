import { type FixtureOf, fixture } from '@ainexlayer/webhooks/testing'
import { type Attempt, attemptDelivery } from '../delivery/attempt.ts'
import { systemClock } from '../delivery/clock.ts'
import type { Fault } from '../faults/fault.ts'
import { createMessage, type Message } from '../message/message.ts'

/** The receiver that a scenario exercises. */
export interface Target {
  readonly url: string
  /** `whsec_…` */
  readonly secret: string
  /** A secret that the receiver knows too, for `rotation`. */
  readonly otherSecret?: string
}

/** How often the handlers ran, by event id. */
export type Observe = () => Promise<Readonly<Record<string, number>>>

/** What a scenario is run with. */
export interface ScenarioOptions {
  readonly target: Target
  /** Without it only the answers are judged. */
  readonly observe?: Observe
  /** Kills the receiver and starts it again, for `crash-recover`. */
  readonly restart?: () => Promise<void>
  /** Milliseconds that an attempt may take; default 10 000. */
  readonly timeoutMs?: number
}

/** One thing that was sent, and whether the receiver took it as it should. */
export interface VerdictRow {
  readonly step: string
  /** Statuses or error codes, in the order of the attempts. */
  readonly answered: readonly (number | string)[]
  readonly expected: string
  /** How often the handlers ran; undefined when nobody watched. */
  readonly handled: number | undefined
  readonly expectedHandled: number | undefined
  readonly verdict: 'ok' | 'wrong'
}

/** What a scenario needs to say about one step. */
export interface Expectation {
  /** Judges the answers, in words for the table. */
  readonly expected: string
  readonly isRight: (answers: readonly (number | string)[]) => boolean
  /** How often the handlers run for the event in all. */
  readonly handled?: number
}

/** Where a scenario plays: it sends, and it judges. */
export interface Stage {
  readonly target: Target
  readonly restart: (() => Promise<void>) | undefined
  newMessage(type?: keyof Fixtures): Message
  /** Sends once, and answers with the attempt. */
  send(message: Message, faults?: readonly Fault[], number?: number): Promise<Attempt>
  /** Judges what came of an event. */
  judge(
    step: string,
    message: Message,
    attempts: readonly Attempt[],
    expectation: Expectation,
  ): Promise<void>
}

type Fixtures = { [Type in Parameters<typeof fixture>[0]]: FixtureOf<Type> }

/** An attempt in one word: its status, or the code of its error. */
export const answerOf = ({ response, error }: Attempt): number | string =>
  response?.statusCode ?? error?.code ?? 'none'

/** Everything that came back for an event: its attempts, and their copies. */
const answersOf = (attempts: readonly Attempt[]): (number | string)[] =>
  attempts.flatMap((attempt) => [answerOf(attempt), ...(attempt.copies ?? [])])

/** Asks whoever watches until the expected count is there, for a second at most. */
const watched = async (
  observe: Observe | undefined,
  id: string,
  expected: number | undefined,
): Promise<number | undefined> => {
  if (observe === undefined || expected === undefined) return undefined
  for (let tries = 0; ; tries++) {
    const runs = (await observe())[id] ?? 0
    if (runs >= expected || tries === 20) return runs
    await systemClock.sleep(50)
  }
}

/** Sets a stage up; its rows are filled as the scenario plays. */
export const createStage = (options: ScenarioOptions, rows: VerdictRow[]): Stage => {
  const { target, observe, restart, timeoutMs = 10_000 } = options
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
    judge: async (step, { id }, attempts, { expected, isRight, handled: expectedHandled }) => {
      const answered = answersOf(attempts)
      const handled = await watched(observe, id, expectedHandled)
      const counted = handled === undefined || handled === expectedHandled
      rows.push({
        step,
        answered,
        expected,
        handled,
        expectedHandled,
        verdict: isRight(answered) && counted ? 'ok' : 'wrong',
      })
    },
  }
}
