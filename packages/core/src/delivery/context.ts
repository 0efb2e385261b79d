import type { AnyEvent } from '../events/event-of.ts'
import { headerLines } from '../signature/header-lines.ts'
import type { HeadersInput } from '../signature/headers.ts'
import { childLogger, type Logger } from './logger.ts'
import { printable } from './printable.ts'

/** What a queue engine says of the job that a handler runs in. */
export interface JobInfo {
  /** The engine's id of the job; undefined when the engine gives none. */
  readonly id: string | undefined
  /** Counts the engine's runs of this job: 1 for the first. One put off with `RetryLater` may not count. */
  readonly run: number
  /** The queue's name; undefined when the engine gives none. */
  readonly queue: string | undefined
}

/**
 * What a handler gets beside the event. `Tx` is the transaction of a transactional store, and
 * undefined with any other.
 */
export interface HandlerContext<Tx = undefined> {
  /** The signed id of the event: the same over all its retries. */
  readonly id: string
  /** When this attempt was signed; undefined when the profile signs no time. */
  readonly signedAt: Date | undefined
  /** When the request arrived here. */
  readonly receivedAt: Date
  /** Which of the receiver's secrets matched. */
  readonly secretId: string
  /** The tenant that this secret belongs to; undefined when it has no `scope`. */
  readonly scope: string | undefined
  /** Counts the runs of this event: more than 1 means that an earlier run did not finish. */
  readonly run: number
  /** Aborted at the deadline, and when the claim is lost to another process: stop working then. */
  readonly signal: AbortSignal
  /** The bytes that were signed. */
  readonly rawBody: Uint8Array
  /**
   * The headers of the request. Apart from those of the profile they are NOT signed. In a worker there are only
   * those that are stored: see `keepHeaders`.
   */
  readonly headers: Headers
  /**
   * The transaction that the event's record is committed in, with a transactional store: what is
   * written through it happens exactly once. Everything else is not part of it.
   */
  readonly tx: Tx
  /** The job in a queue's worker; undefined when the handler runs in the request. */
  readonly job?: JobInfo | undefined
  /** The receiver's logger, with the event's id and type on each line. */
  readonly log: Logger
}

/** Copies any shape of headers into a web `Headers`; a header that has no place there is left out. */
export const webHeaders = (input: HeadersInput): Headers => {
  const headers = new Headers()
  for (const [name, line] of headerLines(input)) {
    try {
      headers.append(name, line)
    } catch {
      // Node accepts header bytes that a web Headers refuses; nothing that is signed is among them.
    }
  }
  return headers
}

/** What a context is made of. */
export interface ContextParts {
  readonly event: AnyEvent
  readonly signedAt: number | undefined
  readonly receivedAtMs: number
  readonly scope: string | undefined
  readonly run: number
  /** Makes the signal. */
  readonly signal: () => AbortSignal
  readonly rawBody: Uint8Array
  readonly headers: HeadersInput
  readonly logger: Logger
  readonly tx?: unknown
  readonly job: JobInfo | undefined
}

/**
 * A handler's context. What costs something (signal, headers, logger) is made when a handler first asks for
 * it; a class, because a getter on an object literal costs more than all the rest of the object.
 */
class RunContext implements HandlerContext<unknown> {
  readonly id: string
  readonly secretId: string
  readonly scope: string | undefined
  readonly run: number
  readonly rawBody: Uint8Array
  readonly tx: unknown
  readonly job: JobInfo | undefined
  readonly #parts: ContextParts
  #signal: AbortSignal | undefined
  #headers: Headers | undefined
  #log: Logger | undefined

  constructor(parts: ContextParts) {
    const { event } = parts
    this.id = event.id
    this.secretId = event.secretId
    this.scope = parts.scope
    this.run = parts.run
    this.rawBody = parts.rawBody
    this.tx = parts.tx
    this.job = parts.job
    this.#parts = parts
  }

  get signedAt(): Date | undefined {
    const { signedAt } = this.#parts
    return signedAt === undefined ? undefined : new Date(signedAt * 1000)
  }

  get receivedAt(): Date {
    return new Date(this.#parts.receivedAtMs)
  }

  get signal(): AbortSignal {
    this.#signal ??= this.#parts.signal()
    return this.#signal
  }

  get headers(): Headers {
    this.#headers ??= webHeaders(this.#parts.headers)
    return this.#headers
  }

  get log(): Logger {
    const { logger, event } = this.#parts
    this.#log ??= childLogger(logger, { id: printable(event.id), type: printable(event.type) })
    return this.#log
  }
}

/** Makes a handler's context. */
export const handlerContext = (parts: ContextParts): HandlerContext<unknown> =>
  new RunContext(parts)
