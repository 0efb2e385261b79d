import { isThenable } from '../async/thenable.ts'
import { nodeBuiltin } from '../encoding/node-builtin.ts'
import type { ChannelListener, ChannelMessages, ChannelMoment } from './channel-messages.ts'

/**
 * Does work and tells of its start and its end. Where nobody listens, it only does the work. What the work throws is
 * thrown on.
 *
 * @param about - makes the message
 * @param fill - adds what a promise of the work has come to, before the end is told
 */
export type Channel<Message> = <Result>(
  about: () => Message,
  work: () => Result,
  fill?: (message: Message, value: Awaited<Result>) => void,
) => Result

/** The channels of a receiver. */
export type Channels = { readonly [Moment in ChannelMoment]: Channel<ChannelMessages[Moment]> }

/**
 * Makes the channels of a receiver: on Node those of `node:diagnostics_channel`, which all receivers of a process share.
 *
 * @param onFailure - told of what the listener threw
 */
export const channelsOf = (
  listener: ChannelListener | undefined,
  onFailure: (error: unknown) => void,
): Channels => {
  const open = nodeBuiltin('node:diagnostics_channel')?.channel
  const guarded = (call: () => void): void => {
    try {
      call()
    } catch (error) {
      onFailure(error)
    }
  }

  const channel = <Moment extends ChannelMoment>(
    moment: Moment,
  ): Channel<ChannelMessages[Moment]> => {
    const start = open?.(`ainexlayer.webhooks.${moment}.start`)
    const end = open?.(`ainexlayer.webhooks.${moment}.end`)
    return (about, work, fill) => {
      if (!(listener || start?.hasSubscribers || end?.hasSubscribers)) return work()
      const message = about()
      const startedAt = performance.now()
      const ended = (): void => {
        message.durationMs = performance.now() - startedAt
        end?.publish(message)
        guarded(() => listener?.publish(`${moment}.end`, message))
      }
      const failed = (error: unknown): void => {
        message.error = error
        ended()
      }
      // The listener decides where the work begins, and nothing else.
      let begun: { readonly result: ReturnType<typeof work> } | undefined
      let thrown: unknown
      let threw = false
      const begin = (): void => {
        if (begun || threw) return
        try {
          begun = { result: work() }
        } catch (error) {
          threw = true
          thrown = error
        }
      }
      const tell = (): void => {
        guarded(() => {
          listener?.publish(`${moment}.start`, message)
          listener?.run?.(moment, message, begin)
        })
        begin()
      }
      if (start) start.runStores(message, tell)
      else tell()
      if (begun === undefined) {
        failed(thrown)
        throw thrown
      }
      const { result } = begun
      if (isThenable(result)) {
        Promise.resolve(result).then((value) => {
          fill?.(message, value)
          ended()
        }, failed)
      } else ended()
      return result
    }
  }

  return {
    delivery: channel('delivery'),
    claim: channel('claim'),
    handler: channel('handler'),
    settle: channel('settle'),
    store: channel('store'),
    dispatch: channel('dispatch'),
    park: channel('park'),
  }
}
