import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** An answer that is an error, in the platform's style. */
export class Problem extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly details: Readonly<Record<string, unknown>> | undefined
  /** Seconds, sent as Retry-After. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    more: {
      readonly details?: Readonly<Record<string, unknown>>
      readonly retryAfterSeconds?: number
    } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = more.details
    this.retryAfterSeconds = more.retryAfterSeconds
  }
}

/** 404 for a thing that is not there. */
export const notFound = (what: string, id: string): Problem =>
  new Problem(404, 'NOT_FOUND', `There is no ${what} ${id}.`)
