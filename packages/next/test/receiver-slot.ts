import type { Receiver } from '@ainexlayer/webhooks'
import type { WebTouch } from '@ainexlayer/webhooks-conformance'

declare global {
  var testReceiver: Receiver | undefined
  var testTouch: WebTouch['touch'] | undefined
}

/** Sets the receiver of the running app. */
export const useReceiver = (receiver: Receiver): void => {
  globalThis.testReceiver = receiver
}

/** Makes something run before the handler of the running app's route `/touched`. */
export const useTouch = (touch: WebTouch['touch']): void => {
  globalThis.testTouch = touch
}
