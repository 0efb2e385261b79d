import { giveWay } from '../async/give-way.ts'

/** What one search may cost at most. */
export interface BudgetLimits {
  /** How many bytes may be made and hashed. */
  readonly bytes: number
  /** How long it may compute, in milliseconds; waiting for its turn does not count. */
  readonly workMs: number
  /** How long it may take from its start, in milliseconds, waiting included. */
  readonly totalMs: number
}

/** What a search may still cost. It gives way to everything else while it goes on. */
export interface Budget {
  /** How many bytes are left. */
  readonly left: number
  /** Whether it is spent: a payment was refused, and nothing more is to be tried. */
  readonly spent: boolean
  /** Pays for work over so many bytes; false when that is too much, and the work must not be done. */
  pay(bytes: number): boolean
  /** To be awaited between two steps: returns at once until the search has had its share of the thread. */
  breathe(): Promise<void>
}

/** A search computes for so long before it gives way, in milliseconds. */
const sliceMs = 5

/** And over so many bytes: in a Worker the clock stands still while it computes. */
const sliceBytes = 1024 * 1024

/** What one step costs beside its bytes: setting up an HMAC takes as long as hashing these. */
const stepBytes = 512

/** Opens a budget; its time begins now. */
export const openBudget = ({ bytes, workMs, totalMs }: BudgetLimits): Budget => {
  const openedAt = performance.now()
  let [left, worked, spent] = [bytes, 0, false]
  let [sliceStart, sliceLeft] = [openedAt, sliceBytes]
  return {
    get left() {
      return left
    },
    get spent() {
      return spent
    },
    pay: (cost) => {
      const now = performance.now()
      const inTime = worked + now - sliceStart < workMs && now - openedAt < totalMs
      if (!inTime || cost + stepBytes > left) {
        spent = true
        return false
      }
      left -= cost + stepBytes
      sliceLeft -= cost + stepBytes
      return true
    },
    breathe: async () => {
      const now = performance.now()
      if (now - sliceStart < sliceMs && sliceLeft > 0) return
      worked += now - sliceStart
      await giveWay()
      ;[sliceStart, sliceLeft] = [performance.now(), sliceBytes]
    },
  }
}
