import type { Attempt } from '@ainexlayer/webhooks-sender'

/** In words, behind what was not judged. */
export const stoppedAnswering = 'the endpoint has stopped answering'

/** Thrown where an endpoint that answered before answers no more: whoever goes on sending waits in vain each time. */
export class StoppedAnswering extends Error {
  override readonly name = 'StoppedAnswering'

  constructor() {
    super(stoppedAnswering)
  }
}

const silent: readonly string[] = [
  'timeout',
  'connect_timeout',
  'connect_refused',
  'connection_reset',
]

/** Whether nothing came back. */
export const isSilent = ({ response, error }: Attempt): boolean =>
  response === undefined && silent.includes(error?.code ?? '')

/** So many attempts in a row without an answer are no chance. */
export const mostSilent = 3

const createCount = (longestMs: number) => {
  let count = 0
  let since = 0
  return {
    note: (attempt: Attempt): boolean => {
      const now = performance.now()
      if (!isSilent(attempt)) count = 0
      else if (++count === 1) since = now - attempt.durationMs
      return count >= mostSilent && now - since >= longestMs
    },
    reset: (): void => {
      count = 0
    },
  }
}

/** Counts what has no answer. */
export const createSilence = (timeoutMs: number) => {
  // A receiver that starts again refuses connections, three of them in a moment.
  const longestMs = Math.min(10_000, 2 * timeoutMs)
  const all = createCount(longestMs)
  // What is broken may still be answered where what is genuine waits for a store.
  const ordinary = createCount(longestMs)
  return {
    /** Takes an attempt into account; whether it is silent for so long that the endpoint may have stopped. */
    note: (attempt: Attempt, isOrdinary: boolean): boolean => {
      const isLong = all.note(attempt)
      return (isOrdinary && ordinary.note(attempt)) || isLong
    },
    reset: (): void => {
      all.reset()
      ordinary.reset()
    },
  }
}
