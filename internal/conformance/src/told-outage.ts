import { createReceiver, PermanentFailure, type ReceiverOptions } from '@ainexlayer/webhooks'
import type { TransactionalStore } from '@ainexlayer/webhooks/store'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from './adapter-case.ts'

/** What a store, a queue or a parking place that is out of order leads to. */
export interface ToldOutage {
  /** The status and the body, as the caller sees them. */
  readonly answer: string
  /** The `reason` that hooks get. */
  readonly reason: string | undefined
  /** What the log says, one line for each. */
  readonly lines: readonly string[]
}

/** Delivers one event, which the handlers give up where there is a parking place, and tells what came of it. */
export const toldOutage = async <Tx = undefined>(
  options: Pick<ReceiverOptions, 'dispatch' | 'park' | 'dispatchTimeoutMs' | 'storeTimeoutMs'> & {
    store?: NonNullable<ReceiverOptions['store']> | TransactionalStore<Tx>
    /** The signed id; default a new one. */
    id?: string
  },
): Promise<ToldOutage> => {
  const { id, ...rest } = options
  const lines: string[] = []
  const write = (_: object, line: string) => void lines.push(line)
  const receiver = createReceiver({
    secret: testSecret,
    endpoint: 'told',
    logger: { ...quiet, warn: write, error: write },
    ...rest,
  } as ReceiverOptions).on('*', () => {
    if (options.park !== undefined) throw new PermanentFailure('no such account')
  })
  const event = fixture('chat.message')
  const request = await signedRequest({ event: id === undefined ? event : { ...event, id } })
  const result = await receiver.handle(request)
  const reason = 'reason' in result ? result.reason : undefined
  return { answer: `${result.status} ${result.body}`, reason, lines }
}
