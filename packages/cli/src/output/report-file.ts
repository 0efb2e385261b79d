import { constants } from 'node:fs'
import { access, mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CliError } from '../errors/cli-error.ts'
import type { World } from '../world/world.ts'

const unwritable = (option: string, path: string, error: unknown): CliError => {
  const reason = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
  return new CliError(
    'file_unwritable',
    `${option}: ${path} cannot be written${reason}.`,
    'Name a file in a folder that you may write to; a folder that does not exist is made.',
  )
}

/** Makes the folder of a file that a long run ends with, and looks whether it can be written. @throws CliError file_unwritable */
export const checkWritable = async (
  world: World,
  option: string,
  path: string | undefined,
): Promise<void> => {
  if (path === undefined) return
  const file = resolve(world.cwd, path)
  try {
    await mkdir(dirname(file), { recursive: true })
    const found = await stat(file).catch(() => undefined)
    if (found?.isDirectory()) throw Object.assign(new Error(path), { code: 'EISDIR' })
    await access(found === undefined ? dirname(file) : file, constants.W_OK)
  } catch (error) {
    throw unwritable(option, path, error)
  }
}

/** Writes such a file. @throws CliError file_unwritable */
export const writeReport = async (
  world: World,
  option: string,
  path: string,
  text: string | Uint8Array,
  mode?: number,
): Promise<void> => {
  try {
    await writeFile(resolve(world.cwd, path), text, mode === undefined ? {} : { mode })
  } catch (error) {
    throw unwritable(option, path, error)
  }
}

/** Makes a folder that files are written to, and looks whether they can be. @throws CliError file_unwritable */
export const checkFolder = async (world: World, option: string, path: string): Promise<void> => {
  try {
    await mkdir(resolve(world.cwd, path), { recursive: true, mode: 0o700 })
    await access(resolve(world.cwd, path), constants.W_OK)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    throw new CliError(
      'file_unwritable',
      `${option}: ${path} is not a folder that can be written to${reason}.`,
      'Name a folder; one that does not exist is made.',
    )
  }
}
