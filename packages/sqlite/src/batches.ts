import { setImmediate as nextTurn } from 'node:timers/promises'

/** For how long one batch should block the event loop, in milliseconds. */
const aimMs = 5
const firstBatch = 20

/**
 * Deletes at most `limit` rows in batches that aim at a few milliseconds each. Other work has its turn in between.
 *
 * @param remove - deletes so many rows, and says how many there were
 */
export const inBatches = async (
  limit: number,
  remove: (batch: number) => Promise<number>,
): Promise<number> => {
  let removed = 0
  let batch = firstBatch
  while (removed < limit) {
    const asked = Math.min(batch, limit - removed)
    const startedAt = performance.now()
    const gone = await remove(asked)
    const tookMs = performance.now() - startedAt
    removed += gone
    if (gone < asked) break
    // It grows slowly: one batch that was quick says little about the next.
    batch = Math.max(1, Math.min(batch * 2, Math.floor((asked * aimMs) / Math.max(tookMs, 0.01))))
    await nextTurn()
  }
  return removed
}
