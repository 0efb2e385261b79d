import type { JobInfo } from '../receiver/context.ts'
import type { HeadersInput } from '../signature/headers.ts'

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
