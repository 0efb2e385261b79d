import type { Fault } from '@ainexlayer/webhooks-contract'
import type { Attempt } from '../delivery/attempt.ts'
import { systemClock } from '../delivery/clock.ts'
import type { Message } from '../message/message.ts'
import type { Expectation, ScenarioOptions, Stage } from './stage.ts'

/** What a scenario cannot do without. */
export type ScenarioNeed = 'observe' | 'observeState' | 'restart'

/** A scenario: what is sent, and what a correct receiver answers. */
export interface Scenario {
  /** What it shows, in one sentence. */
  readonly description: string
  readonly needs: readonly (ScenarioNeed & keyof ScenarioOptions)[]
  readonly play: (stage: Stage) => Promise<void>
}

/** Sends an event until it is answered 2xx, as the platform does, with shorter delays. After a fault it is sent at least twice. */
export const untilTaken = async (
  stage: Stage,
  message: Message,
  first: readonly Fault[] = [],
  patienceMs = 10_000,
): Promise<Attempt[]> => {
  const attempts = [await stage.send(message, first)]
  const fewest = first.length === 0 ? 1 : 2
  const until = systemClock.now() + patienceMs
  while (
    (attempts.length < fewest || attempts.at(-1)?.outcome === 'failed') &&
    systemClock.now() < until
  ) {
    if (attempts.length > 1) await systemClock.sleep(250)
    attempts.push(await stage.send(message, [], { number: attempts.length + 1 }))
  }
  return attempts
}

/** A fault in words, so that no two steps have one name. */
const stepOf = ({ kind, ...parameters }: Fault): string => {
  const words = Object.values(parameters)
  return words.length === 0 ? kind : `${kind}: ${words.join(' ')}`
}

/** Sends one new event with each fault. */
export const eachFault = async (
  stage: Stage,
  faults: readonly (readonly [fault: Fault, expectation: Expectation])[],
): Promise<void> => {
  for (const [fault, expectation] of faults) {
    const message = stage.newMessage()
    stage.judge(stepOf(fault), message, [await stage.send(message, [fault])], expectation)
  }
}
