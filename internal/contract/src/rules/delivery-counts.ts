import type { StoredStatus } from '../shapes/delivery.ts'

/** A share, 0 to 1; null of nothing. */
export const share = (part: number, whole: number): number | null =>
  whole === 0 ? null : part / whole

/** The part of the statistics that follows from how many deliveries are in each status. */
export const deliveryCounts = (count: (status: StoredStatus) => number) => {
  const delivered = count('delivered')
  const failed = count('failed')
  const open = { retrying: count('retrying'), pending: count('pending') }
  const cancelled = count('cancelled')
  return {
    total: delivered + failed + open.retrying + open.pending + cancelled,
    delivered,
    failed,
    ...open,
    cancelled,
    successRate: share(delivered, delivered + failed),
  }
}
