import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { expect, onTestFinished } from 'vitest'
import { main } from '../src/index.ts'

/** Secrets of the tests. No output may hold one of them; every run looks. */
export const secrets = {
  test: testSecret,
  other: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  text: 'a-text-secret-of-thirty-two-chars',
} as const

/** How a command line is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Whether the streams are a terminal; default not. */
  readonly terminal?: boolean
  /** What is typed or piped in. */
  readonly input?: string
  readonly now?: () => number
  readonly fetch?: typeof fetch
  /** Called with the page that a browser would show. */
  readonly open?: (url: string) => void
  /** Whether this command may show a secret: `dev` in one line, and `secret generate`. */
  readonly mayShow?: boolean
}

/** A command that runs. */
export interface Running {
  readonly stdout: () => string
  readonly stderr: () => string
  readonly stdin: PassThrough
  readonly ended: Promise<number>
  /** As Ctrl-C does it, or as a supervisor does. */
  interrupt(signal?: 'SIGTERM'): void
}

const collecting = (terminal: boolean) => {
  const stream = Object.assign(new PassThrough(), { isTTY: terminal, columns: 120 })
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return { stream, text: () => text }
}

/** Starts a command line in a world of its own. */
export const start = (args: readonly string[], options: RunOptions = {}): Running => {
  const terminal = options.terminal ?? false
  const [out, err] = [collecting(terminal), collecting(terminal)]
  const stdin = Object.assign(new PassThrough(), { isTTY: terminal, setRawMode: () => {} })
  if (options.input !== undefined) stdin.end(options.input)
  const interrupted = new AbortController()
  const ended = main(args, {
    stdin,
    stdout: out.stream,
    stderr: err.stream,
    clock: {
      now: options.now ?? Date.now,
      sleep: async (ms, signal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal })
      },
    },
    open: options.open ?? (() => {}),
    fetch: options.fetch ?? fetch,
    env: { AINEXLAYER_WEBHOOK_SECRET: secrets.test, ...options.env },
    cwd: options.cwd ?? tmpdir(),
    signal: interrupted.signal,
  }).finally(() => {
    for (const secret of options.mayShow ? [] : Object.values(secrets)) {
      expect(out.text() + err.text()).not.toContain(secret.replace('whsec_', ''))
    }
  })
  onTestFinished(async () => {
    interrupted.abort()
    await ended.catch(() => {})
  })
  return {
    stdout: out.text,
    stderr: err.text,
    stdin,
    ended,
    interrupt: (signal) => interrupted.abort(new DOMException(signal ?? 'SIGINT', 'AbortError')),
  }
}

/** What a command line did. */
export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** The lines of stdout, as objects. */
  readonly json: () => Record<string, unknown>[]
}

/** Runs a command line to its end. */
export const run = async (args: readonly string[], options: RunOptions = {}): Promise<Ran> => {
  const running = start(args, options)
  const exitCode = await running.ended
  const stdout = running.stdout()
  return {
    exitCode,
    stdout,
    stderr: running.stderr(),
    json: () =>
      stdout
        .trim()
        .split('\n')
        .map((line): Record<string, unknown> => JSON.parse(line)),
  }
}

/** An empty folder, with these files in it. */
export const folder = async (
  files: Readonly<Record<string, string | Buffer>> = {},
): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'ainl-cli-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), content)
  }
  return path
}
