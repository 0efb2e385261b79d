import type { Receiver, ReceiverOptions } from '@ainexlayer/webhooks'

/** A real server of a real framework with the adapter under test mounted at `path`. */
export interface RunningServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string
  /** Where the webhook handler is mounted. */
  readonly path: string
  close(): Promise<void>
}

/**
 * Starts a framework with the receiver mounted by the adapter under test, on a free port of `host`, by default
 * `127.0.0.1`.
 */
export type StartServer = (receiver: Receiver, host?: string) => Promise<RunningServer>

/** One thing that every adapter must do. Throws when it does not. */
export interface AdapterCase {
  readonly name: string
  run(start: StartServer): Promise<void>
}

/** A silent logger. */
export const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** Options that every case shares. */
export const testOptions = (secret: string): ReceiverOptions => ({ secret, logger: quiet })
