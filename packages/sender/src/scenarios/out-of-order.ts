import { fixtures } from '@ainexlayer/webhooks/testing'
import { systemClock } from '../delivery/clock.ts'
import { createMessage, type Message, newMessageId } from '../message/message.ts'
import { taken } from './expectations.ts'
import type { Scenario } from './scenario.ts'
import type { ObserveState } from './stage.ts'

const types = {
  uploaded: 'document.uploaded',
  processed: 'document.processed',
  updated: 'document.updated',
  deleted: 'document.deleted',
} as const

type Step = keyof typeof types

/** The life of a document in its order, and the order in which it is told. */
const lives: readonly (readonly [life: readonly Step[], told: readonly Step[]])[] = [
  [
    ['uploaded', 'processed', 'updated'],
    ['updated', 'uploaded', 'processed'],
  ],
  [
    ['uploaded', 'processed', 'updated'],
    ['processed', 'updated', 'uploaded'],
  ],
  // Who forgets what was deleted makes it anew from an older event.
  [
    ['uploaded', 'updated', 'deleted'],
    ['deleted', 'updated', 'uploaded'],
  ],
  [
    ['uploaded', 'processed', 'updated', 'deleted'],
    ['updated', 'deleted', 'processed', 'uploaded'],
  ],
]

const minute = 60_000

/** The events of one document, a minute apart. */
const eventsOf = (id: string, life: readonly Step[]): ReadonlyMap<Step, Message> => {
  const end = systemClock.now()
  return new Map(
    life.map((step, index) => [
      step,
      createMessage({
        type: types[step],
        data: { ...fixtures[types[step]].data, id },
        timestamp: new Date(end - (life.length - index) * minute).toISOString(),
      }),
    ]),
  )
}

/** Looks until the state is the expected one, for a second at most, and once more a little later. */
const stateOf = async (
  observeState: ObserveState,
  id: string,
  isRight: (state: string | undefined) => boolean,
  settleMs: number,
): Promise<string | undefined> => {
  for (let tries = 0; tries < 20 && !isRight((await observeState())[id]); tries++) {
    await systemClock.sleep(50)
  }
  await systemClock.sleep(settleMs)
  return (await observeState())[id]
}

export const outOfOrder: Scenario = {
  description: 'Events of a document that overtake each other leave the state of the newest.',
  needs: ['observeState'],
  play: async (stage) => {
    const { observeState, settleMs = 250 } = stage.options
    if (observeState === undefined) return
    for (const [life, told] of lives) {
      const id = `document-${newMessageId()}`
      const events = eventsOf(id, life)
      const name = told.join(', ')
      for (const step of told) {
        const message = events.get(step)
        if (message === undefined) continue
        stage.judge(`${step} of: ${name}`, message, [await stage.send(message)], taken(1))
      }
      const last = life.at(-1)
      const newest = last === undefined ? undefined : events.get(last)?.id
      const isRight = (state: string | undefined): boolean =>
        state === newest || (last === 'deleted' && state === undefined)
      const state = await stateOf(observeState, id, isRight, settleMs)
      const seen = [...events].find(([, event]) => event.id === state)?.[0] ?? state ?? 'nothing'
      const expected = last === 'deleted' ? 'deleted or nothing' : String(last)
      stage.note(`the state after: ${name}`, seen, expected, isRight(state))
    }
  },
}
