import { randomBytes } from 'node:crypto'
import { exitCodes } from '../errors/cli-error.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import type { World } from '../world/world.ts'

/** The options of `secret generate`. */
export interface SecretGenerateOptions extends OutputOptions {
  readonly bytes: number
}

/** A new signing secret of 24 to 64 random bytes. */
export const newSecret = (bytes = 32): string => `whsec_${randomBytes(bytes).toString('base64')}`

/** Prints a new signing secret. */
export const secretGenerate = async (
  options: SecretGenerateOptions,
  world: World,
): Promise<number> => {
  const secret = newSecret(options.bytes)
  outputOf(world, options).data({ secret }, secret)
  return exitCodes.ok
}
