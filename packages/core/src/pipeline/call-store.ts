import type { StoreMessage } from '../delivery/channel-messages.ts'
import type { ReceiverConfig } from './config.ts'

/** One call to the store, told of. */
export const callStore = <Reply>(
  { channels }: ReceiverConfig,
  { name }: { readonly name: string },
  operation: StoreMessage['operation'],
  call: () => Reply | Promise<Reply>,
): Reply | Promise<Reply> => channels.store(() => ({ store: name, operation }), call)
