import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { usageError } from '../errors/cli-error.ts'
import { readBytes } from '../input/read-file.ts'
import type { World } from '../world/world.ts'
import type { CapturedRequest } from './captured-request.ts'
import { isCurl, readCurl } from './curl.ts'
import { readHar } from './har.ts'
import { isDump, readDump } from './http-dump.ts'

/** `listen` sets the time of a file to when the request came. */
const timeOfFile = async (world: World, path: string): Promise<number | undefined> => {
  try {
    return (await stat(resolve(world.cwd, path))).mtimeMs
  } catch {
    return undefined
  }
}

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads a captured request of any form: a raw HTTP dump, a file of `listen`, a HAR file or entry, a curl line. */
export const captureOf = async (
  world: World,
  bytes: Buffer,
  entry?: number,
): Promise<CapturedRequest> => {
  const text = bytes.toString()
  if (isCurl(text)) return readCurl(world, text)
  if (isDump(bytes)) return readDump(bytes)
  const json = parsedJson(text)
  if (json !== undefined) return readHar(json, entry)
  throw usageError(
    'This is not a request that can be read.',
    'Give a raw HTTP dump, a file of `listen`, a HAR file or a curl line.',
  )
}

/** Reads a captured request from a file; `-` is stdin. */
export const readCapture = async (
  world: World,
  path: string,
  entry?: number,
): Promise<CapturedRequest> => {
  const request = await captureOf(world, await readBytes(world, path), entry)
  const at = request.at ?? (path === '-' ? undefined : await timeOfFile(world, path))
  return at === undefined ? request : { ...request, at }
}
