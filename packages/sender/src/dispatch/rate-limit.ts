import { limits } from '@ainexlayer/webhooks-contract'

/** At most `requests` starts in any span of `perSeconds`. */
export interface RateLimit {
  readonly requests: number
  readonly perSeconds: number
}

/** The recent starts at an endpoint. */
export interface StartLog {
  /** How many more may start now. */
  room(limit: RateLimit | undefined, now: number): number
  /** When the next may start, unix milliseconds; `now` if it may start at once. */
  nextStart(limit: RateLimit | undefined, now: number): number
  add(now: number): void
}

/** How many starts are remembered: the most that a limit may count. */
const kept = limits.rateLimit.requests

/** Counts the starts at one endpoint in a sliding window. */
export const startLog = (): StartLog => {
  let starts: number[] = []
  const recent = ({ perSeconds }: RateLimit, now: number): number[] => {
    // A start in the future was made before the clock was set back: nothing would start until then.
    starts = starts.filter((at) => at > now - perSeconds * 1000 && at <= now)
    return starts
  }
  return {
    room: (limit, now) =>
      limit === undefined ? Number.POSITIVE_INFINITY : limit.requests - recent(limit, now).length,
    nextStart: (limit, now) => {
      if (limit === undefined) return now
      const seen = recent(limit, now)
      const [oldest = now] = seen
      return seen.length < limit.requests ? now : oldest + limit.perSeconds * 1000
    },
    add: (now) => {
      starts.push(now)
      // Without a limit nothing else forgets them; seldom, as it copies.
      if (starts.length > 2 * kept) starts = starts.slice(-kept)
    },
  }
}
