import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Starts one of this app's processes and waits until it is ready. */
export const startProcess = async (
  name: 'receiver' | 'worker',
  env: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> => {
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), {
    env: { ...process.env, ...env },
  })
  const [answer] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  if (answer !== 'ready') throw new Error(`the ${name} did not start`)
  return child
}

/** Asks a process to exit, and waits until it has. */
export const stopProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
