import type { Client, Webhook } from '@ainexlayer/webhooks-client'
import { retryPresets } from '@ainexlayer/webhooks-sender'
import { usageError } from '../errors/cli-error.ts'
import { eventsMatching } from '../input/event-name.ts'
import type { Secret } from '../input/secret.ts'
import { wireOf } from '../input/wire.ts'
import type { Output } from '../output/output.ts'

/** By which the webhook of `dev` is known in the next run, where its URL is another one. */
const description = 'made by `dev`'

const isPreset = (name: string): name is keyof typeof retryPresets =>
  Object.hasOwn(retryPresets, name)

/** A schedule of retries by its name. @throws CliError usage */
export const presetOf = (name: string): keyof typeof retryPresets => {
  if (isPreset(name)) return name
  throw usageError(`--preset is ${Object.keys(retryPresets).join(', ')}, not ${name}.`)
}

/** What the webhook of `dev` is to be. */
export interface DevWebhookOptions {
  readonly url: string
  /** Names or patterns. */
  readonly events?: readonly string[] | undefined
  readonly preset: string
  readonly profile: string
}

/** The webhook that an earlier run with the file store left: at this URL, or made by `dev`. */
const earlierWebhook = async (client: Client, url: string): Promise<Webhook | undefined> => {
  let moved: Webhook | undefined
  for await (const webhook of client.webhooks.list()) {
    if (webhook.url === url) return webhook
    if (webhook.description === description) moved = webhook
  }
  return moved
}

/**
 * Registers the receiver. The webhook of an earlier run is taken up again, with what it still has to send: its URL, secret
 * and the rest become those of this run. Deleting it would cancel its open deliveries.
 */
export const registerWebhook = async (
  client: Client,
  options: DevWebhookOptions,
  secret: Secret,
  out: Output,
): Promise<{ readonly id: string; readonly events: number }> => {
  const patterns = options.events ?? ['*']
  const names = [...new Set(patterns.flatMap(eventsMatching))]
  const { url } = options
  const settings = {
    url,
    events: patterns.includes('*') ? (['*'] as const) : names,
    profile: wireOf(options.profile).sending,
    retry: { preset: presetOf(options.preset) },
  }
  const events = names.length
  const earlier = await earlierWebhook(client, url)
  if (earlier === undefined) {
    const { id } = await client.webhooks.create({ ...settings, description, secret: secret.whsec })
    return { id, events }
  }
  const { id } = earlier
  // Before its settings, which wake it: what is due goes out with the secret of this run.
  await client.webhooks.rotateSecret(id, { secret: secret.whsec, gracePeriodSeconds: 0 })
  await client.dev.setFaults(id, [])
  await client.webhooks.update(id, { ...settings, ...(!earlier.active && { active: true }) })
  const { pagination } = await client.webhooks.deliveries(id, {
    status: ['pending', 'retrying'],
    limit: 1,
  })
  const { total } = pagination
  const open = total === 0 ? '' : `, with ${total} open ${total === 1 ? 'delivery' : 'deliveries'}`
  out.note(
    earlier.url === url
      ? `${id} of an earlier run goes on${open}.`
      : `${id} of an earlier run moves from ${earlier.url} to ${url}${open}.`,
  )
  return { id, events }
}
