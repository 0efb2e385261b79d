import { setMaxListeners } from 'node:events'
import { type FixtureOf, fixture } from '@ainexlayer/webhooks/testing'
import {
  type Attempt,
  attemptDelivery,
  createMessage,
  type Fault,
  type Message,
  newMessageId,
} from '@ainexlayer/webhooks-sender'
import type { EventName } from '../input/event-name.ts'
import type { Wire } from '../input/wire.ts'
import type { World } from '../world/world.ts'
import type { Observer } from './runs.ts'
import { createSilence, isSilent, StoppedAnswering } from './silence.ts'

/** The receiver that is exercised. */
export interface Target {
  readonly url: string
  /** `whsec_…` */
  readonly secret: string
  readonly wire: Wire
  /** An event that its handlers handle. */
  readonly event: EventName
  /** Milliseconds that it may take to answer. */
  readonly timeoutMs: number
  /** Milliseconds in which it should end a request that drips. */
  readonly slowMs: number
  /** How many events a burst has. */
  readonly burst: number
}

/** How one attempt differs. */
export interface SendOptions {
  readonly number?: number
  readonly timeoutMs?: number
}

/** What checks send and look with. */
export interface Bench {
  readonly target: Target
  readonly world: World
  /** Asks how often the handlers ran; undefined where nobody can say. */
  readonly observe: Observer | undefined
  /** Everything that was sent so far. */
  readonly attempts: readonly Attempt[]
  /** The ids of the ordinary events of the handled type that were answered 2xx. */
  readonly acknowledged: readonly string[]
  /** The type of each event that was sent, by its id. */
  readonly types: ReadonlyMap<string, string>
  /** Whether the endpoint answers no more. */
  readonly hasStopped: () => boolean
  newMessage(type?: EventName): Message
  /** An event whose JSON is written as the caller likes; its id is new. */
  spelled(write: (event: { readonly id: string }) => string): Message
  /** Sends once. @throws StoppedAnswering when there has been no answer for some time */
  send(message: Message, faults?: readonly Fault[], more?: SendOptions): Promise<Attempt>
}

type AnyFixture = FixtureOf<EventName>

/** Sets up what the checks of one run share. */
export const createBench = (target: Target, world: World, observe: Observer | undefined): Bench => {
  const attempts: Attempt[] = []
  const acknowledged: string[] = []
  const types = new Map<string, string>()
  // Every attempt that is under way listens.
  setMaxListeners(0, world.signal)
  const silence = createSilence(target.timeoutMs)
  const drips: Promise<Attempt>[] = []
  let hasStopped = false
  let looking: Promise<void> | undefined
  const fresh = (type: EventName): AnyFixture => ({ ...fixture(type), id: newMessageId() })
  const newMessage = (type = target.event): Message => {
    const { id, data } = fresh(type)
    const timestamp = new Date(world.clock.now()).toISOString()
    return createMessage({ id, type, timestamp, data })
  }
  const post = async (
    message: Message,
    faults: readonly Fault[] = [],
    more: SendOptions = {},
  ): Promise<Attempt> => {
    const attempt = await attemptDelivery({
      endpoint: { url: target.url, secrets: [target.secret], profile: target.wire.sending },
      message,
      number: more.number ?? 1,
      timeoutMs: more.timeoutMs ?? target.timeoutMs,
      clock: world.clock,
      faults,
      signal: world.signal,
    })
    attempts.push(attempt)
    types.set(message.id, message.type)
    const isOrdinary = faults.length === 0 && message.type === target.event
    if (isOrdinary && attempt.outcome === 'delivered') acknowledged.push(message.id)
    return attempt
  }
  /** One more event, which nothing sets apart: some kinds alone may be left without an answer. */
  const lookAgain = async (): Promise<void> => {
    // They may hold up a small receiver, which is judged elsewhere.
    await Promise.allSettled(drips)
    hasStopped = isSilent(await post(newMessage()))
    silence.reset()
  }
  return {
    target,
    world,
    observe,
    attempts,
    acknowledged,
    types,
    hasStopped: () => hasStopped,
    newMessage,
    spelled: (write) => {
      const event = fresh(target.event)
      return { id: event.id, type: event.type, body: Buffer.from(write(event)) }
    },
    send: async (message, faults = [], more = {}) => {
      if (hasStopped) throw new StoppedAnswering()
      const posted = post(message, faults, more)
      const isDrip = faults.some(({ kind }) => kind === 'slowBody')
      if (isDrip) drips.push(posted)
      const attempt = await posted
      if (!isDrip && silence.note(attempt, faults.length === 0)) {
        looking ??= lookAgain().finally(() => {
          looking = undefined
        })
        await looking
        if (hasStopped) throw new StoppedAnswering()
      }
      return attempt
    },
  }
}
