import { WebhookView } from '@ainexlayer/webhooks-contract'
import type { ApiCalls } from './api-calls.ts'
import type { Webhook } from './shapes.ts'

/** Webhooks by their ids: those that fit into one list, for names and choices. */
export const webhooksById = async (calls: ApiCalls): Promise<ReadonlyMap<string, Webhook>> => {
  const { data } = await calls.list('/webhooks?limit=100', WebhookView)
  return new Map(data.map((webhook) => [webhook.id, webhook]))
}
