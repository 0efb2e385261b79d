import { type FixtureOf, fixture, fixtures } from '@ainexlayer/webhooks/testing'
import {
  createMessage,
  type DeliverOptions,
  type Delivery,
  deliver,
  type Message,
} from '@ainexlayer/webhooks-sender'
import type { ReceivingSide } from './receiving-side.ts'

/** One line of the table: what is sent, and what should come of it. */
export interface Case {
  readonly name: string
  readonly message: Message
  /** The status of each answer, in order. */
  readonly statuses: readonly number[]
  /** The outcome behind each answer, as the receiver's hooks report it. */
  readonly outcomes: readonly string[]
  /** How often the handlers finish for it in total. */
  readonly runs: number
  /** Sends it. */
  readonly send: () => Promise<readonly Delivery[]>
}

/** What the cases need. */
export interface Scenario {
  readonly receiver: ReceivingSide
  readonly secret: string
}

type EventType = keyof typeof fixtures

const eventTypes = Object.keys(fixtures) as EventType[]

/** Retries after 200 ms, so that the demo is quick. */
const quickRetry = { delaysSeconds: [0, 0.2], jitter: 0 }
const noRetry = { delaysSeconds: [0], jitter: 0 }

const messageOf = (event: FixtureOf<EventType>): Message => createMessage(event)

/** Every case of the demo, in the order in which they are sent. */
export const cases = ({ receiver, secret }: Scenario): readonly Case[] => {
  const endpoint = { url: receiver.url, secret }
  const once = (message: Message, options: Partial<DeliverOptions> = {}) =>
    deliver({ endpoint, message, retry: noRetry, ...options })

  const genuine = eventTypes.map((type): Case => {
    const message = messageOf(fixture(type))
    return {
      name: type,
      message,
      statuses: [200],
      outcomes: ['processed'],
      runs: 1,
      send: async () => [await once(message)],
    }
  })

  const failing = messageOf(fixture('document.processed'))
  const twice = messageOf(fixture('chat.message'))
  const slow = messageOf(fixture('chat.response.generated'))
  const tampered = messageOf(fixture('workspace.deleted'))
  const forged = messageOf(fixture('user.deleted'))
  const stale = messageOf(fixture('user.login'))
  const unknown = createMessage({ type: 'billing.paid', data: { amount: 12 } })
  const oversized = messageOf(fixture('chat.message', { content: 'x'.repeat(1024 * 1024) }))

  return [
    ...genuine,
    {
      name: 'handler fails, retry succeeds',
      message: failing,
      statuses: [500, 200],
      outcomes: ['handler_failed', 'processed'],
      runs: 1,
      send: async () => {
        receiver.failOnce(failing.id)
        return [await once(failing, { retry: quickRetry })]
      },
    },
    {
      name: 'duplicate',
      message: twice,
      statuses: [200, 200],
      outcomes: ['processed', 'duplicate'],
      runs: 1,
      send: async () => [await once(twice), await once(twice)],
    },
    {
      name: 'duplicate while in flight',
      message: slow,
      statuses: [409, 200],
      outcomes: ['in_flight', 'processed'],
      runs: 1,
      send: async () => {
        const gate = receiver.holdAtGate(slow.id)
        const first = once(slow)
        await gate.reached
        const second = await once(slow)
        gate.open()
        return [second, await first]
      },
    },
    {
      name: 'tampered body',
      message: tampered,
      statuses: [401],
      outcomes: ['invalid_signature'],
      runs: 0,
      send: async () => [await once(tampered, { faults: [{ kind: 'tamperBody' }] })],
    },
    {
      name: 'wrong secret',
      message: forged,
      statuses: [401],
      outcomes: ['invalid_signature'],
      runs: 0,
      send: async () => [
        await once(forged, { faults: [{ kind: 'badSignature', how: 'wrongSecret' }] }),
      ],
    },
    {
      name: 'stale timestamp',
      message: stale,
      statuses: [401],
      outcomes: ['timestamp_too_old'],
      runs: 0,
      send: async () => [
        await once(stale, { faults: [{ kind: 'timestamp', offsetSeconds: -600 }] }),
      ],
    },
    {
      name: 'unknown event type',
      message: unknown,
      statuses: [200],
      outcomes: ['unhandled'],
      runs: 0,
      send: async () => [await once(unknown)],
    },
    {
      name: 'oversized body',
      message: oversized,
      statuses: [413],
      outcomes: ['body_too_large'],
      runs: 0,
      send: async () => [await once(oversized)],
    },
  ]
}
