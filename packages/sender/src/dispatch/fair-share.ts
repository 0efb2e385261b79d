/** How busy one endpoint is, as far as it decides what it gets. */
export interface EndpointLoad {
  /** Attempts under way. */
  readonly underWay: number
  /** Whether its last attempt was over in time, and none that is under way takes longer. */
  readonly isQuick: boolean
}

/** What an attempt may take before its endpoint counts as slow, in milliseconds. */
export const quickMs = 1000

/**
 * Whether an endpoint may start one more attempt. Every endpoint may have one, however many others hang. The
 * rest of `concurrency` is shared, and half of it is kept for endpoints that are known to be quick.
 */
export const mayStart = (
  load: EndpointLoad,
  all: Iterable<EndpointLoad>,
  concurrency: number,
): boolean => {
  if (load.underWay === 0) return true
  const shared = concurrency - 1
  let used = 0
  let usedBySlow = 0
  for (const { underWay, isQuick } of all) {
    const more = Math.max(0, underWay - 1)
    used += more
    if (!isQuick) usedBySlow += more
  }
  return used < shared && (load.isQuick || usedBySlow < Math.ceil(shared / 2))
}
