import { fixture } from '@ainexlayer/webhooks/testing'
import { type EventName, eventNames } from '../input/event-name.ts'
import type { AttemptFault } from '../input/fault.ts'
import type { InputStream } from '../world/world.ts'
import type { DevSession } from './dev-lines.ts'

/** What `f` goes through when no fault was named. */
const usualFaults: readonly AttemptFault[] = [
  { kind: 'duplicate', times: 2 },
  { kind: 'tamperBody', how: 'reserialize' },
  { kind: 'badSignature', how: 'wrongSecret' },
  { kind: 'timestamp', how: 'offset', offsetSeconds: -600 },
  { kind: 'ackLost' },
]

/** As `--fault` would have it; what is false is as good as absent. */
const nameOf = ({ kind, ...parameters }: AttemptFault): string => {
  const pairs = Object.entries(parameters)
    .filter(([, value]) => value !== false && value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
  return pairs.length === 0 ? kind : `${kind}:${pairs.join(',')}`
}

/** The help that stands below the first lines. */
export const keysHelp =
  'Keys: t the last event again, a all 19 events, f next fault or none, q quit'

/** What keys do in `dev`, as long as it runs. */
export interface KeysOptions {
  readonly session: DevSession
  readonly webhookId: string
  readonly faults: readonly AttemptFault[]
  /** The type of the last event. */
  readonly last: () => EventName
  readonly quit: (interrupted: boolean) => void
}

/** Handles one key. */
const createPress = ({ session, webhookId, faults, last, quit }: KeysOptions) => {
  const { client, out } = session
  const cycle = faults.length > 0 ? faults : usualFaults
  let at = -1
  const emit = async (types: readonly EventName[]): Promise<void> => {
    for (const type of types) {
      await client.events.emit({ type, data: fixture(type).data, validate: false })
    }
  }
  return async (key: string): Promise<void> => {
    if (key === '\u0003') quit(true)
    else if (key === 'q') quit(false)
    else if (key === 't') await emit([last()])
    else if (key === 'a') await emit(eventNames)
    else if (key === 'f') {
      at = at + 1 >= cycle.length ? -1 : at + 1
      const fault = cycle[at]
      const set = fault === undefined ? [] : [{ fault, probability: 1 }]
      await client.dev.setFaults(webhookId, set)
      out.note(
        fault === undefined ? 'No fault from now on.' : `Fault from now on: ${nameOf(fault)}`,
      )
    } else if (key.trim() !== '') out.note(keysHelp)
  }
}

/** Listens to single keys; the function that comes back gives the terminal back as it was. */
export const listenToKeys = (stdin: InputStream, options: KeysOptions): (() => void) => {
  const press = createPress(options)
  const onData = (chunk: Buffer | string): void => {
    for (const key of String(chunk)) {
      press(key).catch((error: unknown) => {
        options.session.out.warn(error instanceof Error ? error.message : String(error))
      })
    }
  }
  stdin.setRawMode?.(true)
  stdin.on('data', onData)
  stdin.resume()
  return () => {
    stdin.off('data', onData)
    stdin.setRawMode?.(false)
    stdin.pause()
  }
}
