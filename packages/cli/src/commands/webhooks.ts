import type { Webhook } from '@ainexlayer/webhooks-client'
import { exitCodes } from '../errors/cli-error.ts'
import { outcomeIn } from '../output/answer-outcome.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import { pairs, table } from '../output/table.ts'
import type { World } from '../world/world.ts'
import { type ApiOptions, apiClient } from './api-client.ts'

/** The options of `webhooks list`. */
export interface WebhooksListOptions extends OutputOptions, ApiOptions {}

/** The options of the commands on one webhook. */
export interface WebhookOptions extends OutputOptions, ApiOptions {
  readonly id: string
}

const stateOf = ({ active, disabledReason, health }: Webhook): string => {
  if (!active) return disabledReason === null ? 'inactive' : `disabled (${disabledReason})`
  return health.consecutiveFailures > 0 ? `failing (${health.consecutiveFailures})` : 'active'
}

/** A webhook in lines; of its secrets the last four characters. */
export const webhookText = (webhook: Webhook): string =>
  pairs([
    ['Id', webhook.id],
    ['URL', webhook.url],
    ['Events', webhook.events.join(', ')],
    ['State', stateOf(webhook)],
    ['Secrets', webhook.secrets.map(({ hint }) => `…${hint}`).join(', ')],
    ['Failing since', webhook.health.failingSince ?? '-'],
    ['Last success', webhook.health.lastSuccessAt ?? '-'],
    ['Disabled when', webhook.health.disableRule ?? 'never'],
  ])

/** Lists the webhooks. */
export const webhooksList = async (options: WebhooksListOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const client = apiClient(options, world, out)
  const rows: string[][] = []
  for await (const webhook of client.webhooks.list({}, { signal: world.signal })) {
    if (out.isJson) out.data(webhook, undefined)
    rows.push([webhook.id, stateOf(webhook), webhook.url, webhook.events.join(', ')])
  }
  if (out.isJson) return exitCodes.ok
  if (rows.length === 0) out.note('There is no webhook. Create one with `webhooks create URL`.')
  else out.data({}, table(out, ['id', 'state', 'url', 'events'], rows))
  return exitCodes.ok
}

/** Shows one webhook. */
export const webhooksGet = async (options: WebhookOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const webhook = await apiClient(options, world, out).webhooks.get(options.id, {
    signal: world.signal,
  })
  out.data(webhook, webhookText(webhook))
  return exitCodes.ok
}

/** Sends a test event to one webhook; exit 1 if it was not delivered. */
export const webhooksTest = async (options: WebhookOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const delivery = await apiClient(options, world, out).webhooks.test(
    options.id,
    {},
    { signal: world.signal },
  )
  const { status, lastStatusCode, lastError, attempts } = delivery
  const answer = lastStatusCode ?? lastError?.code ?? 'none'
  const ms = Math.round(attempts.at(-1)?.durationMs ?? 0)
  const outcome = outcomeIn(attempts.at(-1)?.response?.body)
  out.data(
    delivery,
    `<-- ${answer}  ${ms} ms  ${status}${outcome === undefined ? '' : `  ${outcome}`}`,
  )
  return status === 'delivered' ? exitCodes.ok : exitCodes.failed
}
