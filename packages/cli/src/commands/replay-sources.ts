import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { CapturedRequest } from '../capture/captured-request.ts'
import { readCapture } from '../capture/read-capture.ts'
import { CliError, usageError } from '../errors/cli-error.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { type ApiOptions, apiClient } from './api-client.ts'

/** A request that is to be sent again. */
export interface Source {
  /** The file, or the id of the delivery. */
  readonly name: string
  readonly request: CapturedRequest
  /** Where it went before, where that is known. */
  readonly url: string | undefined
  /** Whether its origin is known: the log of a sender, and not what anybody may have sent. */
  readonly isTrusted: boolean
}

const fullUrl = ({ url, forwardedTo }: CapturedRequest): string | undefined =>
  [forwardedTo, url].find((one) => one !== undefined && /^https?:\/\//.test(one))

const ofFile = async (world: World, path: string): Promise<Source> => {
  const request = await readCapture(world, path)
  return { name: path, request, url: fullUrl(request), isTrusted: false }
}

const ofFolder = async (world: World, folder: string): Promise<readonly Source[]> => {
  const names = (await readdir(resolve(world.cwd, folder))).filter((name) => !name.startsWith('.'))
  if (names.length === 0) {
    throw new CliError(
      'file_unreadable',
      `${folder} is empty.`,
      'Catch something with `listen --save`.',
    )
  }
  const sources = await Promise.all(names.sort().map((name) => ofFile(world, join(folder, name))))
  return sources.toSorted((a, b) => (a.request.at ?? 0) - (b.request.at ?? 0))
}

const ofDelivery = async (
  options: ApiOptions,
  id: string,
  world: World,
  out: Output,
): Promise<Source> => {
  const { attempts } = await apiClient(options, world, out).deliveries.get(id, {
    signal: world.signal,
  })
  const attempt = attempts.at(-1)
  const body = attempt?.request.body
  if (attempt === undefined || body === undefined || body === null) {
    throw usageError(`${id} has no attempt whose bytes are kept.`, 'Take one that was sent lately.')
  }
  const { headers, bodyEncoding } = attempt.request
  const request = {
    method: 'POST',
    url: attempt.url,
    headers: Object.entries(headers),
    body: Buffer.from(body, bodyEncoding === 'base64' ? 'base64' : 'utf8'),
    at: Date.parse(attempt.startedAt),
  }
  return { name: id, request, url: attempt.url, isTrusted: true }
}

/** What `replay` was given: a file, a folder of files in the order of their arrival, or a delivery. */
export const sourcesOf = async (
  what: string,
  options: ApiOptions,
  world: World,
  out: Output,
): Promise<readonly Source[]> => {
  const found = await stat(resolve(world.cwd, what)).catch(() => undefined)
  if (found?.isDirectory()) return ofFolder(world, what)
  if (found === undefined && /^delivery-/.test(what))
    return [await ofDelivery(options, what, world, out)]
  return [await ofFile(world, what)]
}
