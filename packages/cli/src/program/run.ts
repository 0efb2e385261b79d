import type { World } from '../world/world.ts'

/** Runs a command in the world, and keeps its exit code. */
export type Run = (command: (world: World) => Promise<number>) => Promise<void>

/** The examples below the help of a command. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ainexlayer-webhooks ${line}`).join('\n')}`
