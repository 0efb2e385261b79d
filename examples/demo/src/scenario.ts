import { type FixtureOf, fixture, fixtures } from '@ainexlayer/webhooks/testing'
import { createClient } from '@ainexlayer/webhooks-client'
import {
  attemptDelivery,
  createMessage,
  createSender,
  type Fault,
  type Message,
  systemClock,
  virtualClock,
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
  /** Sends it, and resolves with the status of each answer. */
  readonly send: () => Promise<readonly number[]>
}

/** What the cases need. */
export interface Scenario {
  readonly receiver: ReceivingSide
  readonly secret: string
}

type EventType = keyof typeof fixtures

const eventTypes = Object.keys(fixtures) as EventType[]

/** Emits an event through a sender of its own, whose clock is advanced past the first retry. */
const sendWithRetry = async (
  { url, secret }: { url: string; secret: string },
  event: FixtureOf<'document.processed'>,
): Promise<readonly number[]> => {
  const sender = createSender({ apiKey: 'demo', allowPrivateTargets: true, clock: virtualClock() })
  const client = createClient({
    apiKey: 'demo',
    fetch: async (input, init) => sender.fetch(new Request(input, init)),
  })
  await client.webhooks.create({ url, secret, events: ['*'] })
  const { deliveries } = await client.events.emit(event)
  await sender.advance(10_000)
  const { attempts } = await client.deliveries.get(deliveries[0]?.id ?? '')
  await sender.close()
  return attempts.map(({ response }) => response?.statusCode ?? 0)
}

const messageOf = (event: FixtureOf<EventType>): Message => createMessage(event)

/** Every case of the demo, in the order in which they are sent. */
export const cases = ({ receiver, secret }: Scenario): readonly Case[] => {
  const once = async (message: Message, faults: readonly Fault[] = []): Promise<number> => {
    const { response } = await attemptDelivery({
      endpoint: { url: receiver.url, secrets: [secret] },
      message,
      number: 1,
      timeoutMs: 30_000,
      clock: systemClock,
      faults,
    })
    return response?.statusCode ?? 0
  }

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

  const failingEvent = fixture('document.processed')
  const failing = messageOf(failingEvent)
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
        return await sendWithRetry({ url: receiver.url, secret }, failingEvent)
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
      send: async () => [await once(tampered, [{ kind: 'tamperBody' }])],
    },
    {
      name: 'wrong secret',
      message: forged,
      statuses: [401],
      outcomes: ['invalid_signature'],
      runs: 0,
      send: async () => [await once(forged, [{ kind: 'badSignature', how: 'wrongSecret' }])],
    },
    {
      name: 'stale timestamp',
      message: stale,
      statuses: [401],
      outcomes: ['timestamp_too_old'],
      runs: 0,
      send: async () => [await once(stale, [{ kind: 'timestamp', offsetSeconds: -600 }])],
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
