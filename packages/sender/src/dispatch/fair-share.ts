/** How busy one endpoint is, as far as it decides what it gets. */
export interface EndpointLoad {
  /** Attempts under way. */
  readonly underWay: number
  /** Whether its last attempt was over in time, and none that is under way takes longer. */
  readonly isQuick: boolean
}

/** What an attempt may take before its endpoint counts as slow, in milliseconds. */
export const quickMs = 1000

/** What is left of `concurrency` to share. */
export interface Shares {
  /** Takes room for one more attempt at an endpoint; returns false where it gets none. */
  take(load: EndpointLoad): boolean
}

/**
 * The shares of endpoints, counted once for all that start now. Every endpoint may have one attempt, however many
 * others hang. The rest of `concurrency` is shared, and half of it is kept for endpoints that are known to be quick.
 */
export const sharesOf = (all: Iterable<EndpointLoad>, concurrency: number): Shares => {
  const shared = concurrency - 1
  let used = 0
  let usedBySlow = 0
  const count = (more: number, isQuick: boolean): void => {
    used += more
    if (!isQuick) usedBySlow += more
  }
  for (const { underWay, isQuick } of all) count(Math.max(0, underWay - 1), isQuick)
  return {
    take: ({ underWay, isQuick }) => {
      if (underWay === 0) return true
      if (used >= shared || !(isQuick || usedBySlow < Math.ceil(shared / 2))) return false
      count(1, isQuick)
      return true
    },
  }
}
