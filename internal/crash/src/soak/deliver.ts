import { fixture } from '@ainexlayer/webhooks/testing'
import { type Answers, deliverUntilDone } from '../deliver.ts'

/** An event that can be delivered from anywhere at any time. */
export interface SoakEvent {
  readonly id: string
  /** Delivers it, and again until the answer is a 2xx. */
  deliver(anyUrl: () => string, answers: Answers): Promise<void>
}

/** Creates an event whose attempts are each signed anew, over the same bytes. */
export const newEvent = (): SoakEvent => {
  const event = fixture('chat.message')
  const { id } = event
  const body = JSON.stringify(event)
  return { id, deliver: (anyUrl, answers) => deliverUntilDone({ id, body }, anyUrl, answers) }
}
