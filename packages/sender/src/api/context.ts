import { OpenAPIHono } from '@hono/zod-openapi'
import type { Clock } from '../delivery/clock.ts'
import type { RetrySchedule } from '../delivery/retry-schedule.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Db } from '../store/database.ts'
import type { AddressRule } from '../webhook/address-guard.ts'
import { Problem } from './problem.ts'

/** What the operations of the API work with. */
export interface ApiContext {
  readonly db: Db
  readonly clock: Clock
  readonly random: () => number
  readonly dispatcher: Dispatcher
  readonly addressRule: AddressRule
  readonly defaultRetry: RetrySchedule
  readonly maxWebhooks: number
  /** Moves a virtual clock on; undefined with a real one. */
  readonly advance: ((ms: number) => Promise<void>) | undefined
}

/** A part of the API. What its schemas refuse is VALIDATION_ERROR, with the first field that does not fit. */
export const newRoutes = (): OpenAPIHono =>
  new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return
      const [issue] = result.error.issues
      const field = issue?.path.join('.') ?? ''
      throw new Problem(
        422,
        'VALIDATION_ERROR',
        `${field === '' ? 'The request' : field} is not valid.`,
        {
          details: { field, reason: issue?.message ?? 'invalid' },
        },
      )
    },
  })
