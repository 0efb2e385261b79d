import { resolve } from 'node:path'
import { type Client, createClient } from '@ainexlayer/webhooks-client'
import {
  createSender,
  type Listening,
  retryPresets,
  type Sender,
} from '@ainexlayer/webhooks-sender'
import { CliError, exitCodes, usageError } from '../errors/cli-error.ts'
import { type EventName, eventNames, eventsMatching } from '../input/event-name.ts'
import { attemptFault, faultOf } from '../input/fault.ts'
import type { Secret, SecretOptions } from '../input/secret.ts'
import { wireOf } from '../input/wire.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import { pairs } from '../output/table.ts'
import type { World } from '../world/world.ts'
import { apiKeyOfFolder, secretOfFolder } from './dev-folder.ts'
import { keysHelp, listenToKeys } from './dev-keys.ts'
import { createLines, type DevSession } from './dev-lines.ts'
import { announceSender } from './dev-sender.ts'

/** The options of `dev`. */
export interface DevOptions extends OutputOptions, SecretOptions {
  readonly url: string
  readonly port: number
  /** Names or patterns. */
  readonly events?: readonly string[] | undefined
  readonly preset: string
  readonly secretFile: string
  readonly store: string
  /** What `f` goes through. */
  readonly fault?: readonly string[] | undefined
  readonly profile: string
  /** Whether to show the dashboard in the browser. */
  readonly open?: boolean | undefined
}

const retryOf = (name: string) => {
  const found = Object.entries(retryPresets).find(([preset]) => preset === name)
  if (found !== undefined) return found[1]
  throw usageError(`--preset is ${Object.keys(retryPresets).join(', ')}, not ${name}.`)
}

const dataOf = ({ store }: DevOptions, world: World): string => {
  if (store === 'memory') return ':memory:'
  if (store === 'file') return resolve(world.cwd, '.ainexlayer')
  throw usageError(`--store is memory or file, not ${store}.`)
}

const startSender = async (sender: Sender, port: number): Promise<Listening> => {
  try {
    return await sender.start({ port })
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!isTaken) throw error
    throw new CliError(
      'port_taken',
      `Something listens on port ${port} already.`,
      'Is another `dev` running? Pass --port 0 for any free port.',
    )
  }
}

/** The webhook of an earlier run with a file is used again, with the current secret. */
const register = async (
  client: Client,
  options: DevOptions,
  secret: Secret,
): Promise<{ readonly id: string; readonly events: number }> => {
  const patterns = options.events ?? ['*']
  const names = [...new Set(patterns.flatMap(eventsMatching))]
  const events = patterns.includes('*') ? (['*'] as const) : names
  const { url, profile } = options
  const input = { url, events, secret: secret.whsec, profile: wireOf(profile).sending }
  for await (const webhook of client.webhooks.list()) {
    if (webhook.url === url) await client.webhooks.delete(webhook.id)
  }
  const { id } = await client.webhooks.create(input)
  return { id, events: names.length }
}

/** Starts a sender for development, registers the receiver, and shows each attempt. */
export const dev = async (options: DevOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const retry = retryOf(options.preset)
  const data = dataOf(options, world)
  const faults = (options.fault ?? []).map((text) => attemptFault(faultOf(text)))
  const wire = wireOf(options.profile)
  const secret = await secretOfFolder(options, world, out, wire.profile)
  const apiKey = apiKeyOfFolder(world)
  out.hide(apiKey)
  const sender = createSender({
    apiKey,
    data,
    dev: true,
    dashboard: true,
    allowPrivateTargets: true,
    retry,
    clock: world.clock,
    onError: (error) => out.warn(error instanceof Error ? error.message : String(error)),
  })
  const stopped = new AbortController()
  const signal = AbortSignal.any([world.signal, stopped.signal])
  let release = (): void => {}
  let takeBack = (): void => {}
  try {
    const { url: baseUrl, dashboard = '' } = await startSender(sender, options.port)
    const client = createClient({ apiKey, baseUrl, fetch: world.fetch })
    const webhook = await register(client, options, secret)
    takeBack = await announceSender({ baseUrl, apiKey }, world, out)
    out.data(
      {
        event: 'ready',
        sender: baseUrl,
        dashboard,
        webhookId: webhook.id,
        url: options.url,
        events: webhook.events,
        secretFile: options.secretFile,
      },
      pairs([
        ['Sender', baseUrl],
        ['Dashboard', dashboard],
        ['Webhook', `${webhook.id} -> ${options.url} (${webhook.events} of 19 events)`],
      ]),
    )
    // The one line with the secret: this output hides nothing yet.
    if (!out.isJson) outputOf(world, options).data({}, pairs([['Secret', `   ${secret.value}`]]))
    out.note(
      `The secret is in ${options.secretFile}: give it to the receiver as AINEXLAYER_WEBHOOK_SECRET. Git ignores the folder.`,
    )
    if (options.open === true) world.open(dashboard)
    const session: DevSession = {
      client,
      out,
      world,
      signal,
      target: { url: options.url, secret: secret.whsec, wire, timeoutMs: 10_000 },
    }
    let last: EventName = 'chat.message'
    if (world.stdin.isTTY === true) {
      out.note(keysHelp)
      const quit = (interrupted: boolean): void =>
        stopped.abort(interrupted ? 'interrupted' : 'quit')
      release = listenToKeys(world.stdin, {
        session,
        webhookId: webhook.id,
        faults,
        last: () => last,
        quit,
      })
    } else
      out.note(
        'Send events from another terminal, in this folder: npx @ainexlayer/webhooks-cli trigger chat.message',
      )
    const show = createLines(session)
    for await (const event of client.stream({ signal })) {
      if (event.name === 'event.emitted') {
        const { type } = event.data
        last = eventNames.find((name) => name === type) ?? last
      }
      await show(event)
    }
    return stopped.signal.reason === 'quit' ? exitCodes.ok : exitCodes.interrupted
  } finally {
    release()
    takeBack()
    await sender.close()
  }
}
