import { isThenable } from '../async/thenable.ts'
import { nodeBuiltin } from '../encoding/node-builtin.ts'
import type { ChannelListener, ChannelMessages, ChannelMoment } from './channel-messages.ts'

/**
 * Does work and tells of its start and its end. Where nobody listens, it only does the work. What the work throws is
 * thrown on.
 *
 * @param about - makes the message
 * @param fill - adds what the work has come to, before the end is told
 */
export type Channel<Message> = <Result>(
  about: () => Message,
  work: () => Result | Promise<Result>,
  fill?: (message: Message, value: Result) => void,
) => Result | Promise<Result>

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

  /** What the listener was given to do may end later, and fail then. */
  const heard = (returned: unknown): void => {
    if (isThenable(returned)) Promise.resolve(returned).catch(onFailure)
  }

  const channel = <Moment extends ChannelMoment>(
    moment: Moment,
  ): Channel<ChannelMessages[Moment]> => {
    const start = open?.(`ainexlayer.webhooks.${moment}.start`)
    const end = open?.(`ainexlayer.webhooks.${moment}.end`)
    return <Result>(
      about: () => ChannelMessages[Moment],
      work: () => Result | Promise<Result>,
      fill?: (message: ChannelMessages[Moment], value: Result) => void,
    ) => {
      if (!(listener || start?.hasSubscribers || end?.hasSubscribers)) return work()
      const message = about()
      const startedAt = performance.now()
      const ended = (): void => {
        // Whoever was told of the start has the message in hand, and may have frozen it.
        guarded(() => {
          message.durationMs = performance.now() - startedAt
        })
        end?.publish(message)
        guarded(() => heard(listener?.publish(`${moment}.end`, message)))
      }
      const failed = (error: unknown): void => {
        guarded(() => {
          message.error = error
        })
        ended()
      }
      // The listener decides where the work begins, and nothing else.
      let begun: { readonly result: Result | Promise<Result> } | undefined
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
          heard(listener?.publish(`${moment}.start`, message))
          heard(listener?.run?.(moment, message, begin))
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
      const succeeded = (value: Result): void => {
        guarded(() => fill?.(message, value))
        ended()
      }
      if (!isThenable(result)) {
        succeeded(result)
        return result
      }
      // The caller gets this promise and not the work's own thenable: a lazy query, as ORMs have them, runs again each time
      // that its `then` is called.
      const ending = Promise.resolve(result)
      ending.then(succeeded, failed)
      return ending
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
