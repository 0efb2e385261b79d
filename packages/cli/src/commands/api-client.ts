import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Client, createClient } from '@ainexlayer/webhooks-client'
import { CliError } from '../errors/cli-error.ts'
import { urlOf } from '../input/options-text.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { type FolderSender, senderOfFolder } from './dev-sender.ts'

/** Where the webhook API is. */
export interface ApiOptions {
  readonly baseUrl?: string | undefined
  readonly apiKey?: string | undefined
}

/** Where `dev` keeps the key of its sender. */
export const apiKeyFileOfFolder = '.ainexlayer/api-key'

const local = 'http://localhost:3001/api/v1'

const keyOf = (
  { apiKey }: ApiOptions,
  baseUrl: string,
  sender: FolderSender | undefined,
  world: World,
): string => {
  const given = apiKey ?? world.env['AINEXLAYER_API_KEY']
  if (given !== undefined && given !== '') return given
  if (sender?.baseUrl === baseUrl) return sender.apiKey
  const file = resolve(world.cwd, apiKeyFileOfFolder)
  // The key of a sender on this machine goes nowhere else.
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(baseUrl).hostname)
  if (isLocal && existsSync(file)) return readFileSync(file, 'utf8').trim()
  throw new CliError(
    'api_key_missing',
    'There is no API key.',
    'Set AINEXLAYER_API_KEY, pass --api-key, or run it in the folder where `dev` runs.',
  )
}

/** Where nobody named an API, it is the sender of `dev` that is missing. */
const fromFolder =
  (world: World, baseUrl: string): typeof fetch =>
  async (input, init) => {
    try {
      return await world.fetch(input, init)
    } catch (error) {
      if (init?.signal?.aborted) throw error
      throw new CliError(
        'unreachable',
        `No \`dev\` runs in this folder: nothing answers at ${baseUrl}.`,
        'Start it here with `npx ainexlayer-webhooks dev URL`, or pass --base-url (and --api-key).',
      )
    }
  }

/** The client of the API that was named, or of the sender that `dev` started. @throws CliError api_key_missing */
export const apiClient = (options: ApiOptions, world: World, out: Output): Client => {
  const named = options.baseUrl ?? world.env['AINEXLAYER_BASE_URL']
  const given = named === undefined || named === '' ? undefined : urlOf(named)
  const sender = senderOfFolder(world)
  const baseUrl = given ?? sender?.baseUrl ?? local
  const apiKey = keyOf(options, baseUrl, sender, world)
  out.hide(apiKey)
  if (given !== undefined && new URL(given).pathname === '/') {
    out.warn(
      `The base URL ${given} has no path: the API is usually below /api/v1 (${new URL('/api/v1', given).href}).`,
    )
  }
  return createClient({
    apiKey,
    baseUrl,
    fetch: given === undefined ? fromFolder(world, baseUrl) : world.fetch,
    sleep: (ms, signal) => world.clock.sleep(ms, signal).catch(() => {}),
  })
}
