/** How often the events of a rate are sent, in milliseconds. */
const tickMs = 100

/** How many events, and how many of them a second, one form may send. */
export const mostEvents = { count: 10_000, perSecond: 500 } as const

/** What is sent. */
export interface ManyOptions {
  readonly count: number
  readonly perSecond: number
  /** Sends so many at once. */
  readonly send: (count: number) => Promise<void>
  /** Called with the error that ended it. */
  readonly onError: (error: unknown) => void
}

/** Sends events at a rate, and goes on after the answer. It ends with the first error, and with the process. */
export const sendMany = ({ count, perSecond, send, onError }: ManyOptions): void => {
  const began = performance.now()
  let sent = 0
  const tick = async (): Promise<void> => {
    const due = Math.min(
      count,
      Math.ceil(((performance.now() - began + tickMs) / 1000) * perSecond),
    )
    const now = due - sent
    sent = due
    try {
      if (now > 0) await send(now)
    } catch (error) {
      return onError(error)
    }
    if (sent < count) setTimeout(() => void tick(), tickMs).unref()
  }
  void tick()
}
