import {
  type Client,
  type Delivery,
  type DeliveryWithAttempts,
  uncheckedName,
} from '@ainexlayer/webhooks-client'
import { exitCodes } from '../errors/cli-error.ts'
import { eventNameOf } from '../input/event-name.ts'
import { timeOf } from '../input/time.ts'
import { type Output, type OutputOptions, outputOf } from '../output/output.ts'
import { pairs, table } from '../output/table.ts'
import type { World } from '../world/world.ts'
import { type ApiOptions, apiClient } from './api-client.ts'

/** The options of `deliveries`. */
export interface DeliveriesOptions extends OutputOptions, ApiOptions {
  /** One delivery, with its attempts. */
  readonly id?: string | undefined
  readonly webhook?: string | undefined
  readonly status?: readonly string[] | undefined
  readonly type?: string | undefined
  readonly since?: string | undefined
  readonly limit: number
  /** Goes on with what happens. */
  readonly follow?: boolean | undefined
  /** Shows what was sent and answered. */
  readonly body?: boolean | undefined
}

const answerOf = ({ lastStatusCode, lastError }: Delivery): string =>
  String(lastStatusCode ?? lastError?.code ?? '-')

const rowOf = (delivery: Delivery): string[] => [
  delivery.id,
  delivery.status,
  delivery.eventType,
  delivery.eventId,
  `${delivery.attemptCount}/${delivery.maxAttempts}`,
  answerOf(delivery),
  delivery.nextAttemptAt ?? '-',
]

const head = ['id', 'status', 'event', 'event id', 'attempts', 'answer', 'next attempt']

const detail = (out: Output, delivery: DeliveryWithAttempts, withBody: boolean): string => {
  const { bold } = out.colors
  const attempts = delivery.attempts.flatMap((attempt) => [
    `${attempt.number}  ${attempt.startedAt}  ${attempt.response?.statusCode ?? attempt.error?.code ?? '-'}  ${Math.round(attempt.durationMs)} ms  ${attempt.outcome}`,
    ...(attempt.error === undefined ? [] : [`   ${attempt.error.message}`]),
    ...(withBody
      ? [
          `   --> ${attempt.request.body ?? '(no longer kept)'}`,
          `   <-- ${attempt.response?.body ?? ''}`,
        ]
      : []),
  ])
  return [
    pairs([
      ['Id', delivery.id],
      ['Event', `${delivery.eventType}  ${delivery.eventId}`],
      ['Webhook', delivery.webhookId],
      ['Status', delivery.status],
      ['Next attempt', delivery.nextAttemptAt ?? '-'],
    ]),
    '',
    bold('attempts'),
    ...attempts,
  ].join('\n')
}

/** Shows what happens from now on, until it is interrupted. */
const follow = async (
  client: Client,
  { webhook, type, status }: DeliveriesOptions,
  world: World,
  out: Output,
): Promise<void> => {
  for await (const event of client.stream({ signal: world.signal })) {
    if (event.name !== 'attempt.settled') continue
    const { delivery } = event.data
    const isWanted =
      (webhook === undefined || delivery.webhookId === webhook) &&
      (type === undefined || delivery.eventType === type) &&
      (status === undefined || status.includes(delivery.status))
    if (isWanted) out.data(delivery, rowOf(delivery).join('  '))
  }
}

/** Lists deliveries, newest first, or shows one with its attempts. */
export const deliveries = async (options: DeliveriesOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  if (options.type !== undefined) eventNameOf(options.type)
  const client = apiClient(options, world, out)
  const { id, webhook, status, type, since } = options
  if (id !== undefined) {
    const delivery = await client.deliveries.get(id, { signal: world.signal })
    out.data(delivery, detail(out, delivery, options.body ?? false))
    return exitCodes.ok
  }
  const query = {
    ...(webhook !== undefined && { webhookId: webhook }),
    ...(status !== undefined && { status }),
    ...(type !== undefined && { eventType: uncheckedName(type) }),
    ...(since !== undefined && { after: timeOf(world, '--since', since) }),
    limit: Math.min(options.limit, 100),
  }
  const rows: string[][] = []
  for await (const delivery of client.deliveries.list(query, { signal: world.signal })) {
    if (out.isJson) out.data(delivery, undefined)
    rows.push(rowOf(delivery))
    if (rows.length >= options.limit) break
  }
  if (!out.isJson && rows.length > 0) out.data({}, table(out, head, rows))
  else if (rows.length === 0) out.note('There is no delivery.')
  if (!options.follow) return exitCodes.ok
  await follow(client, options, world, out)
  return exitCodes.interrupted
}
