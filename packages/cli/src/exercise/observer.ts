import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { observeUrl } from '@ainexlayer/webhooks-sender'
import { CliError, usageError } from '../errors/cli-error.ts'
import type { World } from '../world/world.ts'
import type { Runs } from './runs.ts'

/** Where the runs of the handlers are counted. */
export interface ObserverOptions {
  /** Answers `{ "<event id>": runs }`. */
  readonly observe?: string | undefined
  /** Holds the same, or the id of an event in a line for each run. */
  readonly observeFile?: string | undefined
}

const ofJson = (text: string): Runs | undefined => {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json !== 'object' || json === null) return undefined
    return Object.fromEntries(Object.entries(json).map(([id, count]) => [id, Number(count)]))
  } catch {
    return undefined
  }
}

const ofLines = (text: string): Runs => {
  const runs: Record<string, number> = {}
  for (const line of text.split(/\r?\n/)) {
    const id = line.trim()
    if (id !== '') runs[id] = (runs[id] ?? 0) + 1
  }
  return runs
}

const readRuns = async (world: World, file: string): Promise<Runs> => {
  try {
    const text = await readFile(resolve(world.cwd, file), 'utf8')
    return ofJson(text) ?? ofLines(text)
  } catch {
    // A receiver writes it at its first run.
    return {}
  }
}

/** Who counts the runs of the handlers; undefined where nobody does. @throws CliError unreachable */
export const observerOf = async (
  { observe, observeFile }: ObserverOptions,
  world: World,
): Promise<(() => Promise<Runs>) | undefined> => {
  if (observe !== undefined && observeFile !== undefined) {
    throw usageError('--observe and --observe-file exclude each other.')
  }
  if (observeFile !== undefined) return () => readRuns(world, observeFile)
  if (observe === undefined) return undefined
  const ask = observeUrl(observe)
  try {
    await ask()
  } catch {
    throw new CliError(
      'unreachable',
      `${observe} does not say how often the handlers ran.`,
      'It must answer GET with {"<event id>": runs}.',
    )
  }
  return ask
}
