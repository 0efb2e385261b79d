import { type FixtureOf, fixture } from '@ainexlayer/webhooks/testing'
import type { Fault } from '@ainexlayer/webhooks-contract'
import { type Attempt, attemptDelivery } from '../delivery/attempt.ts'
import { systemClock } from '../delivery/clock.ts'
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
  /** Milliseconds for which handlers that should not run are waited for, after the last answer; default 250. */
  readonly settleMs?: number
}

/** One thing that was sent, and whether the receiver took it as it should. */
export interface VerdictRow {
  readonly step: string
  /** Statuses or error codes, in the order of the attempts. */
  readonly answered: readonly (number | string)[]
  readonly expected: string
  /** How often the handlers ran, over all events of the step; undefined when nobody watched. */
  readonly handled: number | undefined
  readonly expectedHandled: number | undefined
  readonly verdict: 'ok' | 'wrong'
}

/** What a scenario needs to say about one step. */
export interface Expectation {
  /** Judges the answers, in words for the table. */
  readonly expected: string
  readonly isRight: (answers: readonly (number | string)[]) => boolean
  /** How often the handlers run in all, for each event of the step. */
  readonly handled?: number
}

/** Where a scenario plays: it sends, and it judges. */
export interface Stage {
  readonly target: Target
  readonly restart: (() => Promise<void>) | undefined
  newMessage(type?: keyof Fixtures): Message
  /** Sends once, and answers with the attempt. */
  send(message: Message, faults?: readonly Fault[], number?: number): Promise<Attempt>
  /** Notes what came back for an event, or for many; the handlers are counted once all is sent. */
  judge(
    step: string,
    messages: Message | Message[],
    attempts: readonly Attempt[],
    expectation: Expectation,
  ): void
  /** What was noted, judged with what the handlers did. */
  verdicts(): Promise<VerdictRow[]>
}

type Fixtures = { [Type in Parameters<typeof fixture>[0]]: FixtureOf<Type> }

/** An attempt in one word: its status, or the code of its error. */
export const answerOf = ({ response, error }: Attempt): number | string =>
  response?.statusCode ?? error?.code ?? 'none'

/** Everything that came back for an event: its attempts, and their copies. */
const answersOf = (attempts: readonly Attempt[]): (number | string)[] =>
  attempts.flatMap((attempt) => [answerOf(attempt), ...(attempt.copies ?? [])])

/** What was sent, until it is known what the handlers made of it. */
interface Judged {
  readonly step: string
  readonly ids: readonly string[]
  readonly answered: readonly (number | string)[]
  readonly expectation: Expectation
}

/** Asks whoever watches until every handler ran that should, for a second at most, and once more after those that should not had their chance. */
const watch = async (
  observe: Observe,
  judged: readonly Judged[],
  settleMs: number,
): Promise<Readonly<Record<string, number>>> => {
  const due = judged.flatMap(({ ids, expectation: { handled = 0 } }) =>
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
  { step, ids, answered, expectation }: Judged,
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
    // Each on its own: one that was lost does not make up for one that ran twice.
    verdict: isRight(answered) && counts.every((count) => count === each) ? 'ok' : 'wrong',
  }
}

/** Sets a stage up for one scenario. */
export const createStage = (options: ScenarioOptions): Stage => {
  const { target, observe, restart, timeoutMs = 10_000, settleMs = 250 } = options
  const judged: Judged[] = []
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
      judged.push({ step, ids, answered: answersOf(attempts), expectation })
    },
    verdicts: async () => {
      const runs =
        observe === undefined || judged.length === 0
          ? undefined
          : await watch(observe, judged, settleMs)
      return judged.map((one) => rowOf(one, runs))
    },
  }
}
