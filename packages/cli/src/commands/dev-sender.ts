import { existsSync, readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import * as z from 'zod'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { writePrivate } from './private-file.ts'

/** The sender of the `dev` that runs in a folder. */
export interface FolderSender {
  readonly baseUrl: string
  readonly apiKey: string
}

/** Where `dev` says where its sender is, as long as it runs. */
export const senderFileOfFolder = '.ainexlayer/sender.json'

// The port is any; another machine is not what `dev` started.
const schema = z.object({
  baseUrl: z.string().regex(/^http:\/\/(localhost|127\.0\.0\.1|\[::1\]):\d+\//),
  apiKey: z.string().min(1),
})

/** The sender of this folder; undefined where no `dev` runs, or none that ended rightly. */
export const senderOfFolder = (world: World): FolderSender | undefined => {
  const file = resolve(world.cwd, senderFileOfFolder)
  if (!existsSync(file)) return undefined
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

/** Whether that sender runs: by now another program may have its port, and does not take its key. */
const isRunning = async ({ baseUrl, apiKey }: FolderSender, world: World): Promise<boolean> => {
  try {
    const { ok } = await world.fetch(`${baseUrl}/webhooks?limit=1`, {
      headers: { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(1000),
    })
    return ok
  } catch {
    return false
  }
}

/**
 * Says where the sender of this folder is, so that the other commands find it; of two that run, the later one is found.
 * The function that comes back takes it back, and leaves the earlier one.
 */
export const announceSender = async (
  sender: FolderSender,
  world: World,
  out: Output,
): Promise<() => void> => {
  const file = resolve(world.cwd, senderFileOfFolder)
  const found = senderOfFolder(world)
  // What was killed left its address, which may be the one that this sender has now.
  const isOther = found !== undefined && found.baseUrl !== sender.baseUrl
  const earlier = isOther && (await isRunning(found, world)) ? found : undefined
  if (earlier !== undefined) {
    out.warn(
      `Another \`dev\` runs in this folder (${earlier.baseUrl}): from now on, trigger and the other commands go to this one; --base-url names another.`,
    )
  }
  writePrivate(file, JSON.stringify(sender))
  return () => {
    if (senderOfFolder(world)?.baseUrl !== sender.baseUrl) return
    if (earlier === undefined) rmSync(file, { force: true })
    else writePrivate(file, JSON.stringify(earlier))
  }
}
