import type { AnyEvent } from '../events/event-of.ts'
import type { HeadersInput } from '../signature/headers.ts'
import type { JobInfo } from './context.ts'
import { keptHeaders } from './kept-headers.ts'

/** A genuine delivery on its way to a queue or to the parking place. */
export interface GenuineDelivery {
  readonly event: AnyEvent
  /** The bytes that were signed. */
  readonly rawBody: Uint8Array
  /** When this attempt was signed, unix seconds; undefined when the profile signs no time. */
  readonly signedAt: number | undefined
  /** When the request arrived, unix milliseconds. */
  readonly receivedAtMs: number
  /** The receiver's `endpoint`. */
  readonly endpoint: string
  /** The `scope` of the secret that matched: its tenant; undefined when it has none. */
  readonly scope: string | undefined
  /** The SHA-256 of what the receiver's `fingerprint` chose; absent where the bytes count. */
  readonly fingerprint?: string
  /** Those headers of the request that may be stored (`keepHeaders`), lower-case names. */
  readonly headers: Readonly<Record<string, string>>
}

/** What a dispatch may say of a delivery. */
export type DispatchResult =
  /** The queue has it, from now on or from before. */
  | { readonly kind: 'queued' }
  /** The queue has a job of this event with other bytes: `isSameBody` says so. Answered 422 `id_reused`. */
  | { readonly kind: 'id_reused' }

/**
 * Hands a delivery to a queue. Must resolve only when the queue has it durably: to a {@link DispatchResult}, or to
 * anything else, which counts as queued. A rejection means 503. The job's id is to be the event's `eventKey`.
 */
export interface Dispatch {
  (delivery: GenuineDelivery): Promise<unknown>
  /** Asks whether the queue can be reached, for `receiver.health`: rejects when it cannot. */
  ready?(): Promise<unknown>
}

/** Keeps a delivery that no retry can help, for a later replay. Must resolve only when it is kept durably. */
export type Park = (delivery: GenuineDelivery, reason: unknown) => Promise<unknown>

/** Where a delivery comes from: a request, or a job of a queue. */
export interface Source {
  readonly headers: HeadersInput
  /** Keeps a Worker alive for handlers that outlive the deadline. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
  /** The caller's address, where the adapter knows it. */
  readonly remoteAddress?: string | undefined
  /** The job; undefined for a request. */
  readonly job?: JobInfo | undefined
  /** When the request of a job arrived, unix milliseconds. */
  readonly receivedAtMs?: number | undefined
  /** Aborted when the queue engine gives up on the run. */
  readonly stop?: AbortSignal | undefined
}

/** What a delivery of a request is made of. */
export interface RequestDeliveryParts
  extends Pick<
    GenuineDelivery,
    'event' | 'rawBody' | 'signedAt' | 'receivedAtMs' | 'endpoint' | 'scope'
  > {
  readonly requestHeaders: HeadersInput
  /** The names of the headers that may be stored. */
  readonly keptHeaders: ReadonlySet<string>
}

/**
 * The headers are copied when somebody asks for them: a queue or a parking place. A class, because a getter
 * on an object literal costs more than all the rest of the object.
 */
class RequestDelivery implements GenuineDelivery {
  readonly event: AnyEvent
  readonly rawBody: Uint8Array
  readonly signedAt: number | undefined
  readonly receivedAtMs: number
  readonly endpoint: string
  readonly scope: string | undefined
  readonly #parts: RequestDeliveryParts
  #headers: GenuineDelivery['headers'] | undefined

  constructor(parts: RequestDeliveryParts) {
    this.event = parts.event
    this.rawBody = parts.rawBody
    this.signedAt = parts.signedAt
    this.receivedAtMs = parts.receivedAtMs
    this.endpoint = parts.endpoint
    this.scope = parts.scope
    this.#parts = parts
  }

  get headers(): GenuineDelivery['headers'] {
    this.#headers ??= keptHeaders(this.#parts.requestHeaders, this.#parts.keptHeaders)
    return this.#headers
  }
}

/** Makes the delivery of a request whose body is genuine. */
export const requestDelivery = (parts: RequestDeliveryParts): GenuineDelivery =>
  new RequestDelivery(parts)
