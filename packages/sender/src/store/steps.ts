/** What one step of long work may take, in milliseconds, before others get their turn. */
const stepMs = 3

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Does long work piece by piece, and lets the event loop turn in between. Resolves with what it returns. */
export const inSteps = async <Result>(work: Generator<unknown, Result>): Promise<Result> => {
  let began = performance.now()
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
    if (performance.now() - began < stepMs) continue
    await nextTurn()
    began = performance.now()
  }
}
