import { createReceiver, type ReceiverOptions } from '@ainexlayer/webhooks'

/** What the app does with an event: in your app the handlers that you have. */
export type Deliver = (text: string) => Promise<void>

/** The receiver of the app: the same in its web process, in its workers, and here. */
export const createAppReceiver = (
  deliver: Deliver,
  options: Pick<ReceiverOptions, 'dispatch' | 'logger' | 'park' | 'secret' | 'store'>,
) =>
  createReceiver({ endpoint: 'operations', ...options }).on('chat.message', async (event) => {
    await deliver(event.data.content ?? '')
  })
