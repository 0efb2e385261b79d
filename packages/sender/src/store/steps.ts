/** What one step of long work may take, in milliseconds, before others get their turn. */
const stepMs = 5

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Does long work piece by piece, and lets the event loop turn in between. Resolves with the pieces' results. */
export const inSteps = async <Result>(work: Iterable<Result>): Promise<Result[]> => {
  const results: Result[] = []
  let began = performance.now()
  for (const result of work) {
    results.push(result)
    if (performance.now() - began < stepMs) continue
    await nextTurn()
    began = performance.now()
  }
  return results
}
