import { resolve } from 'node:path'
import { type EventPattern, uncheckedName } from '@ainexlayer/webhooks-client'
import { exitCodes, usageError } from '../errors/cli-error.ts'
import { confirm } from '../input/ask.ts'
import { eventsMatching } from '../input/event-name.ts'
import { outputOf } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { apiClient } from './api-client.ts'
import { writePrivate } from './private-file.ts'
import { type WebhookOptions, type WebhooksListOptions, webhookText } from './webhooks.ts'

/** The options of `webhooks create`. */
export interface WebhooksCreateOptions extends WebhooksListOptions {
  readonly url: string
  readonly events?: readonly string[] | undefined
  readonly description?: string | undefined
  /** Where the secret is written. */
  readonly secretOut?: string | undefined
}

/** The options of `webhooks update`. */
export interface WebhooksUpdateOptions extends WebhookOptions {
  readonly url?: string | undefined
  readonly events?: readonly string[] | undefined
  readonly description?: string | undefined
  readonly activate?: boolean | undefined
  readonly deactivate?: boolean | undefined
}

/** The options of `webhooks delete`. */
export interface WebhooksDeleteOptions extends WebhookOptions {
  readonly yes?: boolean | undefined
}

/** The options of `webhooks rotate`. */
export interface WebhooksRotateOptions extends WebhooksDeleteOptions {
  readonly secretOut?: string | undefined
  /** Seconds in which the previous secret signs, too. */
  readonly grace?: number | undefined
}

const patternsOf = (events: readonly string[]): readonly EventPattern[] =>
  events.map((pattern) => {
    eventsMatching(pattern)
    return uncheckedName(pattern)
  })

/** Secrets are never printed: they go to a file that only its owner may read. */
const keep = (world: World, id: string, secret: string, file?: string): string => {
  const name = file ?? `.ainexlayer/${id}.secret`
  writePrivate(resolve(world.cwd, name), secret)
  return name
}

/** Creates a webhook; its secret goes to a file. */
export const webhooksCreate = async (
  options: WebhooksCreateOptions,
  world: World,
): Promise<number> => {
  const out = outputOf(world, options)
  const { url, description } = options
  const events = patternsOf(options.events ?? ['*'])
  const { secret, ...webhook } = await apiClient(options, world, out).webhooks.create(
    { url, events, description },
    { signal: world.signal },
  )
  const secretFile = keep(world, webhook.id, secret, options.secretOut)
  out.data({ ...webhook, secretFile }, webhookText(webhook))
  out.note(`Its secret is in ${secretFile}.`)
  return exitCodes.ok
}

/** Changes a webhook. */
export const webhooksUpdate = async (
  options: WebhooksUpdateOptions,
  world: World,
): Promise<number> => {
  const out = outputOf(world, options)
  const { id, url, events, description, activate, deactivate } = options
  if (activate && deactivate) throw usageError('--activate and --deactivate exclude each other.')
  const changes = {
    ...(url !== undefined && { url }),
    ...(events !== undefined && { events: patternsOf(events) }),
    ...(description !== undefined && { description }),
    ...((activate || deactivate) && { active: activate ?? false }),
  }
  if (Object.keys(changes).length === 0) throw usageError('There is nothing to change.')
  const webhook = await apiClient(options, world, out).webhooks.update(id, changes, {
    signal: world.signal,
  })
  out.data(webhook, webhookText(webhook))
  return exitCodes.ok
}

/** Deletes a webhook, after a question. */
export const webhooksDelete = async (
  options: WebhooksDeleteOptions,
  world: World,
): Promise<number> => {
  const out = outputOf(world, options)
  const client = apiClient(options, world, out)
  const { id, url } = await client.webhooks.get(options.id, { signal: world.signal })
  await confirm(world, `Delete ${id} (${url}), and cancel what is on its way to it?`, options.yes)
  out.data(await client.webhooks.delete(id, { signal: world.signal }), `${id} is deleted.`)
  return exitCodes.ok
}

/** Gives a webhook a new secret, after a question; it goes to a file. */
export const webhooksRotate = async (
  options: WebhooksRotateOptions,
  world: World,
): Promise<number> => {
  const out = outputOf(world, options)
  const { id, grace } = options
  await confirm(world, `Give ${id} a new secret?`, options.yes)
  const rotated = await apiClient(options, world, out).webhooks.rotateSecret(
    id,
    { gracePeriodSeconds: grace },
    { signal: world.signal },
  )
  const secretFile = keep(world, id, rotated.secret, options.secretOut)
  const until = rotated.previousSecretExpiresAt
  out.data(
    { id, secretFile, previousSecretExpiresAt: until },
    `The new secret is in ${secretFile}; the previous one signs until ${until}.`,
  )
  return exitCodes.ok
}
