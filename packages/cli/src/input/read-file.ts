import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from '../errors/cli-error.ts'
import type { World } from '../world/world.ts'

const interrupted = () => new CliError('interrupted', 'Interrupted.', 'Start it again.')

/** Reads to the end, or until it is interrupted: a terminal ends only when somebody presses Ctrl-D. */
const readStdin = ({ stdin, signal }: World): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      stdin.pause()
      reject(interrupted())
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    const chunks: Buffer[] = []
    stdin.on('data', (chunk: Buffer | string) => chunks.push(Buffer.from(chunk)))
    stdin.on('error', reject)
    stdin.on('end', () => {
      signal.removeEventListener('abort', stop)
      resolve(Buffer.concat(chunks))
    })
  })

/** The bytes of a file; `-` is stdin. */
export const readBytes = async (world: World, path: string): Promise<Buffer> => {
  if (path === '-') return readStdin(world)
  try {
    return await readFile(resolve(world.cwd, path))
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    throw new CliError(
      'file_unreadable',
      `${path} cannot be read${reason}.`,
      'Check the path; it starts from the current folder.',
    )
  }
}

/** What an argument stands for: `@file` and `-` are read, everything else is the text itself. */
export const bytesOf = (world: World, argument: string): Promise<Buffer> =>
  argument === '-' || argument.startsWith('@')
    ? readBytes(world, argument === '-' ? '-' : argument.slice(1))
    : Promise.resolve(Buffer.from(argument))
