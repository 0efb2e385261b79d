import type { BodyInput } from '../encoding/bytes.ts'
import type { HeadersInput } from '../signature/headers.ts'
import type { BodiesInFlight } from './bodies-in-flight.ts'

/** How far a body may be read. */
export interface ReadLimits {
  /** Bytes; one more is too many. */
  readonly maxBytes: number
  /** Milliseconds for the whole body. */
  readonly timeoutMs: number
  /** Where the receiver counts the bodies that it is reading. */
  readonly inFlight?: BodiesInFlight | undefined
}

/** What reading a body yields. */
export type BodyRead =
  | {
      readonly ok: true
      readonly bytes: Uint8Array
      /**
       * Why these bytes may not be those that arrived. A signature that does not fit them is then
       * `body_already_parsed`, and not the sender's fault.
       */
      readonly doubt?: string
    }
  | {
      readonly ok: false
      readonly code:
        | 'body_too_large'
        | 'body_read_timeout'
        | 'body_incomplete'
        | 'body_already_parsed'
        | 'too_many_bodies'
      /** One more sentence for the log, such as the exact line to change. */
      readonly note?: string
    }

/** Reads a body when the pipeline asks for it: after the guard, so that a refused request is never read. Must not throw. */
export type BodyReader = (limits: ReadLimits) => BodyRead | Promise<BodyRead>

/** A request as an adapter hands it to the pipeline. */
export interface IncomingRequest {
  readonly method: string
  readonly headers: HeadersInput
  /** The bytes, a web stream of them, or a function that reads them. `null` is an empty body. */
  readonly body: BodyInput | ReadableStream<Uint8Array> | BodyReader | null
  /**
   * The caller's address: the socket's, or one that a trusted proxy vouches for. In any usual notation: allowlist,
   * throttle and hooks get its plain form.
   */
  readonly remoteAddress?: string | undefined
  /** Handed to a `secret` function: the bindings of a Worker. */
  readonly env?: unknown
  /** Milliseconds after which the runtime stops the function, where it says so; an upper bound of the receiver's `deadlineMs`. */
  readonly deadlineMs?: number | undefined
  /** Keeps a Worker alive for handlers that outlive the deadline. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}
