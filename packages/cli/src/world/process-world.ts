import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from './world.ts'

const openers: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

const openInBrowser = (url: string): void => {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open']
  const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  // No desktop, no browser: the link was printed.
  opener.on('error', () => {})
  opener.unref()
}

/** Whoever reads has seen enough, as `head` has: the command ends in order, as after Ctrl-C. */
const endWithReader = (interrupted: AbortController): void => {
  process.stdout.on('error', ({ message }) => {
    if (!message.includes('EPIPE'))
      process.stderr.write(`The output cannot be written: ${message}.\n`)
    interrupted.abort(new DOMException('SIGPIPE', 'AbortError'))
  })
  // What is told beside the results may go nowhere.
  process.stderr.on('error', () => {})
}

/** The world of a real process. A second SIGINT ends it at once. */
export const processWorld = (): World => {
  const interrupted = new AbortController()
  endWithReader(interrupted)
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // The name tells the exit code; as an AbortError it is handled like any other abort.
    process.once(name, () => interrupted.abort(new DOMException(name, 'AbortError')))
  }
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: {
      now: Date.now,
      sleep: async (ms, signal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal })
      },
    },
    open: openInBrowser,
    fetch: globalThis.fetch,
    env: process.env,
    cwd: process.cwd(),
    signal: interrupted.signal,
  }
}
