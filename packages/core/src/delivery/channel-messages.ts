import type { JobInfo } from './context.ts'
import type { OutcomeName, Unrecorded } from './outcome.ts'

/** What every message has. The same object is told at the start and at the end, so that a listener can tell the two belong together. */
export interface ChannelMessage {
  /** Milliseconds from the start to the end; absent at the start. */
  durationMs?: number | undefined
  /** What the work threw; for a handler that is whatever the handler put into it. Absent at the start, and where nothing was thrown. */
  error?: unknown
}

/** Which event the work is about. */
export interface EventMessage extends ChannelMessage {
  /** The receiver's `endpoint`. */
  readonly endpoint: string
  /** The signed id of the event. */
  readonly id: string
  /** The type of the event; of a genuine event, and yet any text where `isKnown` is false. */
  readonly type: string
  /** Whether the catalog has the type: the number of these is limited. */
  readonly isKnown: boolean
}

/** How one event of a delivery ended. */
export interface DeliveryEnd {
  /** Absent until the signature was found genuine, and so at the start. */
  id?: string | undefined
  /** Any text where `isKnown` is false. */
  type?: string | undefined
  /** Whether the catalog has the type. */
  isKnown?: boolean | undefined
  /** When the event happened, unix milliseconds. */
  eventTimeMs?: number | undefined
  /** Which secret matched. */
  secretId?: string | undefined
  /** Counts the runs of the event, where this delivery ran it. */
  run?: number | undefined
  /** Absent at the start. */
  outcome?: OutcomeName | undefined
  /** The code of a refusal or a failure. */
  code?: string | undefined
  /** More precisely, where it is known: the step that took the time, what is wrong with the database. */
  reason?: string | undefined
}

/** One request, or one job of a queue, from its arrival to its outcome. */
export interface DeliveryMessage extends ChannelMessage, DeliveryEnd {
  /** The receiver's `endpoint`. */
  readonly endpoint: string
  /** What was called: `verify` is `verifyRequest`, behind the adapters' `verifyWebhook`. */
  readonly entrance: 'handle' | 'verify' | 'work'
  /** The W3C trace context of the request. NOT signed: any caller can set it. */
  readonly traceparent: string | undefined
  readonly tracestate: string | undefined
  /** The job in a queue's worker; undefined for a request. */
  readonly job: JobInfo | undefined
  /** When the request arrived, unix milliseconds, in a worker too; undefined for a malformed job. */
  readonly receivedAtMs: number | undefined
  /** The bytes of the body; absent until it was read. */
  bytes?: number | undefined
  /** The status that the sender is answered; absent in a worker. */
  status?: number | undefined
  /** How the other events of a batch ended. */
  others?: readonly DeliveryEnd[] | undefined
}

/** The claim of an event in the store. */
export interface ClaimMessage extends EventMessage {
  /** The name of the store. */
  readonly store: string
  /** What came of it; absent at the start. */
  result?: 'owned' | OutcomeName | undefined
  /** Counts the runs of this event; only when it is owned. */
  run?: number | undefined
}

/** One handler, with its own run. */
export interface HandlerMessage extends EventMessage {
  /** Counts the runs of this event. */
  readonly run: number
  /** Which of the event's handlers, from 0 on, in the order of registration. */
  readonly index: number
}

/** The end of a claim: its event is marked as handled, or given back. */
export interface SettleMessage extends EventMessage {
  /** The name of the store. */
  readonly store: string
  readonly step: 'complete' | 'release'
  readonly run: number
  /** What came of `complete`; absent at the start, and after `release`, which is not waited for when it fails. */
  result?: 'done' | Unrecorded | undefined
}

/** One call to the store; retries are calls of their own. */
export interface StoreMessage extends ChannelMessage {
  /** The name of the store. */
  readonly store: string
  /** With a transactional store, `transact` has the handlers within it. */
  readonly operation: 'claim' | 'renew' | 'complete' | 'release' | 'forget' | 'transact'
}

/** The hand-off of an event to a queue. */
export interface DispatchMessage extends EventMessage {
  /**
   * What is written here while the start is told goes with the job in place of the request's own, so that a trace goes
   * through the queue.
   */
  readonly carrier: { traceparent?: string; tracestate?: string }
  /** What came of it; absent at the start. */
  result?: OutcomeName | undefined
}

/** An event that is put into the parking place; with `error` when it was refused there. */
export type ParkMessage = EventMessage

/**
 * What is told, by its moment. On Node each moment has two channels of `node:diagnostics_channel`,
 * `ainexlayer.webhooks.delivery.start` and `ainexlayer.webhooks.delivery.end`, and so on. No message holds a payload, a
 * header but the trace context, a signature or a secret.
 */
export interface ChannelMessages {
  delivery: DeliveryMessage
  claim: ClaimMessage
  handler: HandlerMessage
  settle: SettleMessage
  store: StoreMessage
  dispatch: DispatchMessage
  park: ParkMessage
}

/** A moment that is told. */
export type ChannelMoment = keyof ChannelMessages

/** Hears of all moments: for runtimes without `node:diagnostics_channel`, or of one receiver alone. What it throws is logged and changes nothing. */
export interface ChannelListener {
  /** @param name - such as `delivery.start`, as the channel on Node is called after `ainexlayer.webhooks.` */
  publish<Moment extends ChannelMoment>(
    name: `${Moment}.${'start' | 'end'}`,
    message: ChannelMessages[Moment],
  ): void
  /**
   * Begins the work of a moment, for example with a span active: called after its start was told. `begin` starts it
   * and returns at once; what it starts inherits what is active in the call, as with `AsyncLocalStorage`.
   */
  run?<Moment extends ChannelMoment>(
    moment: Moment,
    message: ChannelMessages[Moment],
    begin: () => void,
  ): void
}
