import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { type Client, createClient, type StreamEvent } from '@ainexlayer/webhooks-client'
import {
  createSender,
  type Listening,
  retryPresets,
  type Sender,
} from '@ainexlayer/webhooks-sender'
import { CliError, exitCodes, usageError } from '../errors/cli-error.ts'
import { type EventName, eventNames, eventsMatching } from '../input/event-name.ts'
import { attemptFault, faultOf } from '../input/fault.ts'
import type { SecretOptions } from '../input/secret.ts'
import { wireOf } from '../input/wire.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import { pairs } from '../output/table.ts'
import type { World } from '../world/world.ts'
import { apiKeyOfFolder, secretOfFolder } from './dev-folder.ts'
import { keysHelp, listenToKeys } from './dev-keys.ts'
import { createLines, type DevSession } from './dev-lines.ts'
import { announceSender } from './dev-sender.ts'
import { type DevWebhookOptions, presetOf, registerWebhook } from './dev-webhook.ts'

/** The options of `dev`. */
export interface DevOptions extends OutputOptions, SecretOptions, DevWebhookOptions {
  readonly port: number
  readonly secretFile: string
  readonly store: string
  /** What `f` goes through. */
  readonly fault?: readonly string[] | undefined
  /** Whether to show the dashboard in the browser. */
  readonly open?: boolean | undefined
}

const dataOf = ({ store }: DevOptions, world: World): string => {
  if (store === 'memory') return ':memory:'
  if (store === 'file') return resolve(world.cwd, '.ainexlayer')
  throw usageError(`--store is memory or file, not ${store}.`)
}

const portError = (error: unknown, port: number): unknown => {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  if (!isTaken) return error
  return new CliError(
    'port_taken',
    `Something listens on port ${port} already.`,
    'Is another `dev` running? Pass --port 0 for any free port.',
  )
}

const startSender = async (sender: Sender, port: number): Promise<Listening> => {
  try {
    return await sender.start({ port })
  } catch (error) {
    throw portError(error, port)
  }
}

/** A port that is taken is told before an earlier webhook goes on. */
const checkPort = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', (error) => reject(portError(error, port)))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()))
  })

/**
 * Requests to a sender in this process; an abort ends their answer, too. By the signal that was given: Node holds the one
 * of a Request weakly, and after a collection it is never aborted.
 */
const withoutPort =
  (sender: Sender): typeof fetch =>
  async (input, init) => {
    const { body, status, headers } = await sender.fetch(new Request(input, init))
    const signal = init?.signal
    const answer = signal ? body?.pipeThrough(new TransformStream(), { signal }) : body
    return new Response(answer, { status, headers })
  }

/** The events of the sender, those before the first is waited for among them. */
const subscribed = (client: Client, signal: AbortSignal): AsyncIterable<StreamEvent> => {
  const events = client.stream({ signal })[Symbol.asyncIterator]()
  let first: Promise<IteratorResult<StreamEvent>> | undefined = events.next()
  // Whoever iterates hears of a failure.
  first.catch(() => {})
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const next = first ?? events.next()
        first = undefined
        return next
      },
    }),
  }
}

/** Starts a sender for development, registers the receiver, and shows each attempt. */
export const dev = async (options: DevOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const retry = retryPresets[presetOf(options.preset)]
  const data = dataOf(options, world)
  const faults = (options.fault ?? []).map((text) => attemptFault(faultOf(text)))
  for (const pattern of options.events ?? []) eventsMatching(pattern)
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
    await checkPort(options.port)
    // It is asked without its port: what was due in an earlier run is sent as soon as it starts, and is shown, too.
    const client = createClient({
      apiKey,
      baseUrl: 'http://localhost/api/v1',
      fetch: withoutPort(sender),
    })
    const stream = subscribed(client, signal)
    const webhook = await registerWebhook(client, options, secret, out)
    const { url: baseUrl, dashboard = '' } = await startSender(sender, options.port)
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
    for await (const event of stream) {
      if (event.name === 'event.emitted') {
        const { type } = event.data
        last = eventNames.find((name) => name === type) ?? last
      }
      await show(event)
    }
    return stopped.signal.reason === 'quit' ? exitCodes.ok : exitCodes.interrupted
  } finally {
    // What failed before the first event was waited for leaves its stream.
    stopped.abort('ended')
    release()
    takeBack()
    await sender.close()
  }
}
