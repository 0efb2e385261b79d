import type { Receiver } from '@ainexlayer/webhooks'

declare global {
  var testReceiver: Receiver | undefined
}

/** Sets the receiver of the running app. */
export const useReceiver = (receiver: Receiver): void => {
  globalThis.testReceiver = receiver
}
