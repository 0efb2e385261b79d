import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from '../errors/cli-error.ts'
import type { World } from '../world/world.ts'

const readAll = async (stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** The bytes of a file; `-` is stdin. */
export const readBytes = async (world: World, path: string): Promise<Buffer> => {
  if (path === '-') return readAll(world.stdin)
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
