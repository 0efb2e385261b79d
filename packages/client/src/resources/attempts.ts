import type { Caller } from '../http/caller.ts'
import type { ListAttemptsQuery, ListedAttempt } from '../model/attempt.ts'
import type { PageRequest } from '../model/page.ts'
import type { CallOptions } from '../options/client-options.ts'

/** The calls on the attempts of all deliveries. They reject as those of `DeliveriesApi` do. */
export interface AttemptsApi {
  /**
   * The attempts of all deliveries, newest first; bodies with `include: 'body'`.
   *
   * @example
   * const { data } = await client.attempts.list({ outcome: 'failed', limit: 50 })
   */
  list(query?: ListAttemptsQuery, options?: CallOptions): PageRequest<ListedAttempt>
}

/** The calls on attempts, over a caller. */
export const attemptsApi = ({ pages }: Caller): AttemptsApi => ({
  list: (query, options) => pages(() => '/attempts', { ...query }, options),
})
