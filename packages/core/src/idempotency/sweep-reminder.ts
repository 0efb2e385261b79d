/** How often a store looks whether anybody sweeps it, and for how long a record must have been expired to show that nobody does. */
const hourMs = 3_600_000

/** What {@link sweepReminder} looks for. */
export interface Unswept {
  /** So many records ... */
  readonly count: number
  /** ... whose retention ended longer ago than this, in milliseconds. */
  readonly expiredForMs: number
}

/**
 * Warns when expired records pile up because nobody sweeps, for your own store: call what it returns at each claim. It
 * looks at the first one, and then once an hour; the claim does not wait for it. Never throws.
 *
 * @param has - whether the store has at least so many records that expired so long ago; it may fail
 */
export const sweepReminder = (
  has: (unswept: Unswept) => Promise<boolean>,
  warn: (message: string) => void,
): (() => void) => {
  const count = 1000
  const look = async (): Promise<void> => {
    if (!(await has({ count, expiredForMs: hourMs }))) return
    warn(
      `At least ${count} records expired more than an hour ago, and nobody sweeps them. Call \`store.startSweeping()\` when your service starts.`,
    )
  }
  let nextAt = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (now < nextAt) return
    nextAt = now + hourMs
    // The store may be away, and a `warn` of the user's may throw: the next hour will tell.
    look().catch(() => {})
  }
}
