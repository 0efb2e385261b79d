import { setTimeout as sleep } from 'node:timers/promises'
import { fixture, signedRequest } from '@ainexlayer/webhooks/testing'

/** How often each status was answered; 0 means a broken connection. */
export type Answers = Map<number, number>

/** An event that can be delivered from anywhere at any time. */
export interface SoakEvent {
  readonly id: string
  /** Delivers it, and again until the answer is a 2xx, as the platform does. */
  deliver(anyUrl: () => string, answers: Answers): Promise<void>
}

/** Creates an event whose attempts are each signed anew, over the same bytes. */
export const newEvent = (): SoakEvent => {
  const event = fixture('chat.message')
  const body = JSON.stringify(event)
  return {
    id: event.id,
    deliver: async (anyUrl, answers) => {
      for (;;) {
        const status = await fetch(anyUrl(), await signedRequest({ body, id: event.id })).then(
          async (response) => {
            await response.arrayBuffer()
            return response.status
          },
          () => 0,
        )
        answers.set(status, (answers.get(status) ?? 0) + 1)
        if (status >= 200 && status < 300) return
        await sleep(100 + Math.random() * 200)
      }
    },
  }
}
