import { setTimeout as sleep } from 'node:timers/promises'
import { fixture, signedRequest } from '@ainexlayer/webhooks/testing'

/** How often each answer came; 0 is a connection that broke. */
export type Answers = Map<number, number>

/** An event, which may be delivered from any place at any time. */
export interface SoakEvent {
  readonly id: string
  /** Delivers it, and again until the answer is a 2xx, as the platform does. */
  deliver(anyUrl: () => string, answers: Answers): Promise<void>
}

/** Makes an event that signs each attempt afresh, over the same bytes. */
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
