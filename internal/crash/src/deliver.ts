import { setTimeout as sleep } from 'node:timers/promises'
import { signedRequest } from '@ainexlayer/webhooks/testing'

/** How often each status was answered; 0 means a broken connection. */
export type Answers = Map<number, number>

/** In one line, for a report. */
export const answersLine = (answers: Answers): string =>
  [...answers]
    .sort()
    .map(([status, count]) => `${status || 'broken'} ${count}`)
    .join(', ')

/** Delivers an event, signed anew each time, until the answer is a 2xx, as the platform does. */
export const deliverUntilDone = async (
  event: { readonly id: string; readonly body: string },
  anyUrl: () => string,
  answers: Answers,
): Promise<void> => {
  for (;;) {
    const status = await fetch(anyUrl(), await signedRequest(event)).then(
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
}
