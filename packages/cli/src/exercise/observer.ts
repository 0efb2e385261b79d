import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CliError, usageError } from '../errors/cli-error.ts'
import { sendRequest } from '../http/send-request.ts'
import { excerpt } from '../output/printable.ts'
import type { World } from '../world/world.ts'
import type { Look, Observer, Runs } from './runs.ts'

/** Where the runs of the handlers are counted. */
export interface ObserverOptions {
  /** Answers `{ "<event id>": runs }`. */
  readonly observe?: string | undefined
  /** Holds the same, or the id of an event in a line for each run. */
  readonly observeFile?: string | undefined
}

const limitMs = 5000
const limitBytes = 4 * 1024 * 1024

/** The runs in an answer; undefined where a count is no number of runs: nothing can be compared with it. */
const ofJson = (text: string): Runs | undefined => {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
    const runs: Record<string, number> = Object.create(null)
    const entries: readonly (readonly [string, unknown])[] = Object.entries(json)
    for (const [id, count] of entries) {
      if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) return undefined
      runs[id] = count
    }
    return runs
  } catch {
    return undefined
  }
}

const ofLines = (text: string): Runs => {
  const runs: Record<string, number> = Object.create(null)
  for (const line of text.split(/\r?\n/)) {
    const id = line.trim()
    if (id !== '') runs[id] = (runs[id] ?? 0) + 1
  }
  return runs
}

/** A receiver writes its file at its first run, and hardly makes the folder for it. */
const checkFolderOf = async (options: ObserverOptions, world: World, file: string) => {
  const folder = dirname(resolve(world.cwd, file))
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory()) return
  throw new CliError(
    'unreachable',
    observerFault(options, `there is no folder ${folder}`),
    'Check the path. The file itself may be missing at first, if the receiver makes it at its first run.',
  )
}

const lookAtFile = async (world: World, file: string): Promise<Look> => {
  try {
    const text = await readFile(resolve(world.cwd, file), 'utf8')
    const runs = ofJson(text) ?? (/^\s*[{[]/.test(text) ? undefined : ofLines(text))
    return runs === undefined ? { fault: `it holds ${excerpt(text, 80)}` } : { runs }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    // A receiver writes it at its first run.
    return code === 'ENOENT' ? { runs: {} } : { fault: code }
  }
}

const lookAtUrl = async (world: World, address: string): Promise<Look> => {
  const { username, password } = new URL(address)
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const result = await sendRequest({
    url: address,
    method: 'GET',
    headers:
      pair === ':' ? [] : [['authorization', `Basic ${Buffer.from(pair).toString('base64')}`]],
    body: Buffer.alloc(0),
    timeoutMs: limitMs,
    maxBytes: limitBytes,
    signal: world.signal,
  })
  if (!result.ok) return { fault: `no answer: ${result.code}` }
  if (result.status !== 200) return { fault: `it answered ${result.status}` }
  if (result.isCut) return { fault: 'it answered more than 4 MiB' }
  const text = result.body.toString()
  const runs = ofJson(text)
  return runs === undefined ? { fault: `it answered ${excerpt(text, 80) || 'nothing'}` } : { runs }
}

/** For how long a look that fails is tried again. */
const patienceMs = 3000

/** Looks, and looks again while that fails: a receiver that restarts is back soon. */
export const lookPatiently = async (observe: Observer, world: World): Promise<Look> => {
  const began = performance.now()
  for (let tries = 1; ; tries++) {
    const look = await observe()
    world.signal.throwIfAborted()
    if ('runs' in look || (tries > 1 && performance.now() - began > patienceMs)) return look
    await world.clock.sleep(250, world.signal)
  }
}

/** What is told where an observer fails. */
export const observerFault = ({ observe, observeFile }: ObserverOptions, fault: string): string =>
  `${observe ?? observeFile} does not say how often the handlers ran (${fault}).`

/** Who counts the runs of the handlers; undefined where nobody does. @throws CliError unreachable */
export const observerOf = async (
  options: ObserverOptions,
  world: World,
): Promise<Observer | undefined> => {
  const { observe, observeFile } = options
  if (observe !== undefined && observeFile !== undefined) {
    throw usageError('--observe and --observe-file exclude each other.')
  }
  if (observeFile !== undefined) {
    await checkFolderOf(options, world, observeFile)
    const look = await lookAtFile(world, observeFile)
    if ('fault' in look) {
      throw new CliError(
        'unreachable',
        observerFault(options, look.fault),
        'Expected is { "<event id>": 3 }, or the id of an event in a line for each run.',
      )
    }
    return () => lookAtFile(world, observeFile)
  }
  if (observe === undefined) return undefined
  const look = await lookAtUrl(world, observe)
  world.signal.throwIfAborted()
  if ('fault' in look) {
    throw new CliError(
      'unreachable',
      observerFault(options, look.fault),
      'Expected is that it answers GET with 200 and { "<event id>": 3 }: whole numbers from 0.',
    )
  }
  return () => lookAtUrl(world, observe)
}
