/** Hands work that outlives the answer to a runtime that would stop it otherwise. Never throws. */
export const keepAlive = (
  waitUntil: ((work: Promise<unknown>) => void) | undefined,
  work: Promise<unknown>,
): void => {
  try {
    waitUntil?.(work)
  } catch {
    // The work goes on as far as the runtime lets it: no reason to fail the delivery.
  }
}
