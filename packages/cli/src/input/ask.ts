import { read } from 'read'
import { CliError } from '../errors/cli-error.ts'
import type { World } from '../world/world.ts'

const interrupted = () => new CliError('interrupted', 'Interrupted.', 'Start it again.')

const asked = async (world: World, prompt: string, silent: boolean): Promise<string> => {
  try {
    return await read({ input: world.stdin, output: world.stderr, prompt, silent, terminal: true })
  } catch {
    throw interrupted()
  }
}

/** Whether somebody is there to answer. */
export const canAsk = (world: World): boolean =>
  world.stdin.isTTY === true && world.stderr.isTTY === true

/** Asks for a secret, without an echo. */
export const askSecret = async (world: World, prompt: string): Promise<string> => {
  const answer = await asked(world, prompt, true)
  world.stderr.write('\n')
  return answer.trim()
}

/**
 * Asks before something that cannot be undone. Without a terminal `--yes` is the only answer.
 *
 * @throws CliError not_confirmed
 */
export const confirm = async (
  world: World,
  question: string,
  yes: boolean | undefined,
): Promise<void> => {
  if (yes === true) return
  if (!canAsk(world)) {
    throw new CliError(
      'not_confirmed',
      `${question} Nobody is here to answer.`,
      'Pass --yes to go ahead without a question.',
    )
  }
  const answer = await asked(world, `${question} [y/N] `, false)
  if (/^y(es)?$/i.test(answer.trim())) return
  throw new CliError('not_confirmed', 'Nothing was done.', 'Answer y, or pass --yes.')
}
