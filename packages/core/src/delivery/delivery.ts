import type { AnyEvent } from '../events/event-of.ts'
import type { HeadersInput } from '../signature/headers.ts'
import type { Profile } from '../signature/profiles/profile.ts'
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
  /** The headers of the request, lower-case names, without signatures and credentials. */
  readonly headers: Readonly<Record<string, string>>
}

/** Hands a delivery to a queue. Must resolve only when the queue has it durably; a rejection means 503. */
export type Dispatch = (delivery: GenuineDelivery) => Promise<unknown>

/** Keeps a delivery that no retry can help, for a later replay. Must resolve only when it is kept durably. */
export type Park = (delivery: GenuineDelivery, reason: unknown) => Promise<unknown>

/** Where a delivery comes from: a request, or a job of a queue. */
export interface Source {
  readonly headers: HeadersInput
  /** Keeps a Worker alive for handlers that outlive the deadline. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
  /** The job; undefined for a request. */
  readonly job?: JobInfo | undefined
  /** Aborted when the queue engine gives up on the run. */
  readonly stop?: AbortSignal | undefined
}

/** What a delivery of a request is made of. */
export interface RequestDeliveryParts
  extends Pick<GenuineDelivery, 'event' | 'rawBody' | 'signedAt' | 'receivedAtMs' | 'endpoint'> {
  readonly requestHeaders: HeadersInput
  readonly profile: Profile
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
  readonly #parts: RequestDeliveryParts
  #headers: GenuineDelivery['headers'] | undefined

  constructor(parts: RequestDeliveryParts) {
    this.event = parts.event
    this.rawBody = parts.rawBody
    this.signedAt = parts.signedAt
    this.receivedAtMs = parts.receivedAtMs
    this.endpoint = parts.endpoint
    this.#parts = parts
  }

  get headers(): GenuineDelivery['headers'] {
    this.#headers ??= keptHeaders(this.#parts.requestHeaders, this.#parts.profile)
    return this.#headers
  }
}

/** Makes the delivery of a request whose body is genuine. */
export const requestDelivery = (parts: RequestDeliveryParts): GenuineDelivery =>
  new RequestDelivery(parts)
