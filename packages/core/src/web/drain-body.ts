import { startTimer, within } from '../async/timer.ts'

/** Milliseconds for which the rest of a refused body is read and thrown away. */
const drainMs = 5_000

/** Milliseconds for which the answer waits for that. */
const answerAfterMs = 1_000

const drain = async (body: ReadableStream<Uint8Array>): Promise<void> => {
  const reader = body.getReader()
  const stop = startTimer(drainMs, () => void reader.cancel().catch(() => {}))
  try {
    while (!(await reader.read()).done);
  } catch {
    // The caller has gone: nobody waits for the answer.
  }
  stop()
}

/**
 * Reads what a refusal left of a body, and throws it away: a runtime that has answered a request with an unread body
 * closes the connection under a caller that is still sending, and the answer is lost with it. For adapters of runtimes
 * with `Request`: call it between `handle` and the answer. It waits for one second at most, goes on for five, and does
 * nothing for a body that was read. Never throws.
 */
export const drainBody = async (
  request: Request,
  waitUntil?: (work: Promise<unknown>) => void,
): Promise<void> => {
  const { body } = request
  if (body === null || body.locked) return
  const drained = drain(body)
  waitUntil?.(drained)
  await within(answerAfterMs, drained)
}
