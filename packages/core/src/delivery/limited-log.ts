import { startTimer } from '../async/timer.ts'
import type { Logger } from './logger.ts'

/** How often one kind of trouble is written about, in milliseconds. */
const intervalMs = 60_000

/** What a line says: its details, then the sentence. */
export type LogLine = readonly [details: Readonly<Record<string, unknown>>, message: string]

/** What came after the line that was written. */
interface Flood {
  /** When the last line was written, on a clock that nobody sets back. */
  since: number
  count: number
  level: 'warn' | 'error'
  /** Makes the line of the latest occurrence. */
  line: () => LogLine
  stopTimer: (() => void) | undefined
}

/**
 * A log for what can happen a thousand times a second, because anybody can cause it or because something that every
 * delivery needs is down: the first line of a kind is written at once, those of the next minute as one sum.
 */
export class LimitedLog {
  readonly #logger: Logger
  readonly #floods = new Map<string, Flood>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /**
   * @param kind - one of a fixed set: each is remembered
   * @param line - makes the line, when it is written
   */
  write(level: 'warn' | 'error', kind: string, line: () => LogLine): void {
    const now = performance.now()
    const flood = this.#floods.get(kind)
    if (flood === undefined || (flood.count === 0 && now - flood.since >= intervalMs)) {
      this.#floods.set(kind, { since: now, count: 0, level, line, stopTimer: undefined })
      this.#logger[level](...line())
      return
    }
    flood.count++
    flood.level = level
    flood.line = line
    const leftMs = flood.since + intervalMs - now
    // Where timers do not fire, as in a Worker that has answered, the next occurrence writes the sum.
    if (leftMs <= 0) this.#sumUp(flood)
    else flood.stopTimer ??= startTimer(leftMs, () => this.#sumUp(flood))
  }

  #sumUp(flood: Flood): void {
    flood.stopTimer?.()
    flood.stopTimer = undefined
    const { count } = flood
    if (count === 0) return
    const [{ err: _, ...details }, message] = flood.line()
    this.#logger[flood.level]({ ...details, count }, `${count} times more: ${message}`)
    flood.count = 0
    flood.since = performance.now()
  }
}
