import type { ChildProcess } from 'node:child_process'

/** Ends a server when this process exits: a set-up that fails half way leaves none behind. */
export const endWithThisProcess = (child: ChildProcess): void => {
  const end = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', end)
  child.once('exit', () => process.removeListener('exit', end))
}
