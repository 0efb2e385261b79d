import type { Readable, Writable } from 'node:stream'

/** A stream that people type into, or a file or pipe. */
export type InputStream = Readable & {
  readonly isTTY?: boolean
  setRawMode?: ((raw: boolean) => unknown) | undefined
}

/** A stream that people read, or a file or pipe. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean
  readonly columns?: number | undefined
}

/** Everything outside of a command: a test hands over its own, and needs no process. */
export interface World {
  readonly stdin: InputStream
  /** Results. With `--json` one object a line, and nothing else. */
  readonly stdout: OutputStream
  /** What people read beside the results. */
  readonly stderr: OutputStream
  readonly clock: {
    /** Unix milliseconds. */
    now(): number
    sleep(ms: number, signal?: AbortSignal): Promise<void>
  }
  /** Shows a page in the browser of whoever sits here; nothing happens where there is none. */
  open(url: string): void
  readonly fetch: typeof globalThis.fetch
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths start from. */
  readonly cwd: string
  /** Aborted by SIGINT, SIGTERM and SIGPIPE; the message of the reason is the name of the signal. */
  readonly signal: AbortSignal
}
