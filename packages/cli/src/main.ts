import { CommanderError } from '@commander-js/extra-typings'
import { type CliError, exitCodes } from './errors/cli-error.ts'
import { explainError } from './errors/explain-error.ts'
import { printable } from './output/printable.ts'
import { createProgram } from './program/program.ts'
import type { World } from './world/world.ts'

/** Every command and every command below it. */
interface Tree {
  readonly commands: readonly Tree[]
  exitOverride(): unknown
  configureOutput(output: {
    writeOut(text: string): void
    writeErr(text: string): void
    getOutHelpWidth(): number
    getErrHelpWidth(): number
    getOutHasColors(): boolean
    getErrHasColors(): boolean
  }): unknown
}

const width = 100

const connect = (command: Tree, world: World): void => {
  command.exitOverride()
  command.configureOutput({
    writeOut: (text) => world.stdout.write(text),
    writeErr: (text) => world.stderr.write(text),
    getOutHelpWidth: () => world.stdout.columns ?? width,
    getErrHelpWidth: () => world.stderr.columns ?? width,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  })
  for (const below of command.commands) connect(below, world)
}

const tell = (error: CliError, args: readonly string[], world: World): void => {
  const { code, message, fix } = error
  world.stderr.write(`${printable(`${message} ${fix}`)}\n`)
  if (args.includes('--json')) {
    world.stdout.write(`${printable(JSON.stringify({ error: { code, message, fix } }))}\n`)
  }
}

const signalOf = ({ signal }: World): string | undefined => {
  const reason: unknown = signal.reason
  return reason instanceof DOMException ? reason.message : undefined
}

/** Shells and supervisors tell SIGTERM (143) and a reader that left (141) from Ctrl-C (130). */
const afterSignal = (exitCode: number, world: World): number => {
  if (exitCode !== exitCodes.interrupted) return exitCode
  const name = signalOf(world)
  if (name === 'SIGTERM') return exitCodes.terminated
  return name === 'SIGPIPE' ? exitCodes.unread : exitCode
}

/**
 * Runs one command line in a world, and resolves with its exit code: 0 it went well, 1 a check or a delivery failed,
 * 2 it was called wrongly, 3 something cannot be reached, 130 it was interrupted, 141 nobody reads on, 143 it was terminated.
 *
 * @example
 * process.exitCode = await main(['exercise', 'http://localhost:3000/webhooks'], world)
 */
export const main = async (args: readonly string[], world: World): Promise<number> => {
  let exitCode: number = exitCodes.ok
  const program = createProgram(async (command) => {
    exitCode = await command(world)
  })
  connect(program, world)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return afterSignal(exitCode, world)
  } catch (error) {
    // Commander has told it.
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    }
    const explained = explainError(error, world)
    // `| head` is no mistake.
    const isUnread = explained.code === 'interrupted' && signalOf(world) === 'SIGPIPE'
    if (!isUnread) tell(explained, args, world)
    return afterSignal(explained.exitCode, world)
  }
}
