import type { LookupFunction } from 'node:net'
import {
  type AddressRule,
  notFound,
  numberIn,
  type RetrySchedule,
  refusedInput,
} from '@ainexlayer/webhooks-contract'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Clock } from '../delivery/clock.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Db } from '../store/database.ts'
import type { GroupCommit } from '../store/group-commit.ts'
import { findWebhook, type Webhook } from '../store/webhook-rows.ts'
import type { EventStream } from '../stream/event-stream.ts'

/** What the operations of the API work with. */
export interface ApiContext {
  readonly db: Db
  readonly commit: GroupCommit
  readonly clock: Clock
  readonly random: () => number
  readonly dispatcher: Dispatcher
  readonly addressRule: AddressRule
  readonly defaultRetry: RetrySchedule
  readonly maxWebhooks: number
  readonly stream: EventStream
  /** Called with each unexpected error. */
  readonly onError: (error: unknown) => void
  /** Whether faults are applied, and `/dev/*` is served. */
  readonly dev: boolean
  /** Resolves host names; it gives out only addresses that may be connected to. */
  readonly lookup: LookupFunction
  /** Advances a virtual clock; undefined with a real one. */
  readonly advance: ((ms: number) => Promise<void>) | undefined
}

/** A part of the API. An input that its schemas refuse is a VALIDATION_ERROR that names the first wrong field. */
export const newRoutes = (): OpenAPIHono =>
  new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw refusedInput(result.error)
    },
  })

/** A webhook by the id in a path. @throws Problem NOT_FOUND */
export const webhookByParam = ({ db }: ApiContext, id: string): Webhook => {
  const seq = numberIn('webhook', id)
  const found = seq === undefined ? undefined : findWebhook(db, seq)
  if (found === undefined) throw notFound('webhook', id)
  return found
}
