import { retryPresets } from '@ainexlayer/webhooks-sender'
import type { Table } from '../table.ts'

const eventsPerSecond = 100
const outageSeconds = 3600
const horizonSeconds = outageSeconds + 8 * 3600

/** A small random number generator with a fixed seed. */
const numbers = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

interface Rules {
  readonly name: string
  /** Seconds of Retry-After while the receiver is down; undefined if it sends none, or does not answer. */
  readonly retryAfter: ((random: () => number) => number) | undefined
  /** Deliveries per second that are accepted after the outage; the others get 429 with this Retry-After. */
  readonly throttle: { readonly perSecond: number; readonly retryAfterSeconds: number } | undefined
}

/** An event that is not yet delivered. */
interface Pending {
  readonly attempts: number
  /** Whether it happened during the outage. */
  readonly missed: boolean
}

interface Wave {
  readonly waiting: number
  readonly peakPerSecond: number
  readonly attemptsInOutage: number
  readonly minutesTo99: number
  readonly lost: number
}

const { delaysSeconds, jitter } = retryPresets.standard

/** Seconds until the sender's next attempt; undefined when the schedule ends. */
const nextDelay = (
  attempts: number,
  retryAfter: number | undefined,
  strained: boolean,
  random: () => number,
): number | undefined => {
  const planned = delaysSeconds[attempts]
  if (planned === undefined) return undefined
  const moved = planned * (1 + jitter * (2 * random() - 1))
  const base = strained ? Math.max(moved, 60) : moved
  return retryAfter === undefined
    ? base
    : Math.min(Math.max(retryAfter, base), Math.max(2 * base, 3600))
}

/** Simulates second by second. */
const simulate = ({ retryAfter, throttle }: Rules): Wave => {
  const random = numbers(1)
  const due = new Map<number, Pending[]>()
  const plan = (second: number, pending: Pending): void => {
    const list = due.get(second)
    if (list === undefined) due.set(second, [pending])
    else list.push(pending)
  }
  let waiting = 0
  let lost = 0
  let attemptsInOutage = 0
  let peakPerSecond = 0
  let delivered = 0
  let backlog = 0
  let minutesTo99 = Number.POSITIVE_INFINITY
  let open = 0
  for (let second = 0; second < horizonSeconds; second++) {
    const down = second < outageSeconds
    if (second === outageSeconds) {
      waiting = open
      backlog = open
    }
    const arrivals = due.get(second) ?? []
    due.delete(second)
    const fresh = Array.from({ length: eventsPerSecond }, () => ({ attempts: 0, missed: down }))
    open += fresh.length
    let admitted = 0
    const all = [...arrivals, ...fresh]
    if (!down) peakPerSecond = Math.max(peakPerSecond, all.length)
    for (const { attempts, missed } of all) {
      if (down) attemptsInOutage++
      const refused = throttle !== undefined && admitted >= throttle.perSecond
      if (!down && !refused) {
        admitted++
        open--
        if (missed) delivered++
        continue
      }
      const after = down ? retryAfter?.(random) : throttle?.retryAfterSeconds
      const delay = nextDelay(attempts + 1, after, !down, random)
      if (delay === undefined) {
        lost++
        open--
      } else plan(second + Math.max(1, Math.round(delay)), { attempts: attempts + 1, missed })
    }
    if (!down && delivered >= 0.99 * backlog && minutesTo99 === Number.POSITIVE_INFINITY) {
      minutesTo99 = (second - outageSeconds) / 60
    }
  }
  return { waiting, peakPerSecond, attemptsInOutage, minutesTo99, lost }
}

const variants: readonly Rules[] = [
  { name: 'no answer (connection refused)', retryAfter: undefined, throttle: undefined },
  {
    name: '503, Retry-After 5 to 30 s',
    retryAfter: (random) => 5 + random() * 25,
    throttle: undefined,
  },
  { name: '503, Retry-After 10 min', retryAfter: () => 600, throttle: undefined },
  {
    name: 'no answer, then a throttle of 150/s',
    retryAfter: undefined,
    throttle: { perSecond: 1.5 * eventsPerSecond, retryAfterSeconds: 60 },
  },
]

const count = (value: number): string => Math.round(value).toLocaleString('en-GB')

/** The wave of retries after an outage of one hour. A simulation, not a measurement. */
export const outage = async (): Promise<Table> => ({
  title: 'An outage of one hour, simulated',
  note: `${eventsPerSecond} events per second, the standard schedule with 20 % jitter, the receiver down for 60 minutes; simulated second by second, over 9 hours.`,
  columns: [
    'while it is down',
    'attempts meanwhile',
    'waiting at its end',
    'highest rate after',
    '99 % delivered after',
    'given up',
  ],
  rows: variants.map((rules) => {
    const wave = simulate(rules)
    return [
      rules.name,
      count(wave.attemptsInOutage),
      count(wave.waiting),
      `${count(wave.peakPerSecond)}/s`,
      `${Math.round(wave.minutesTo99)} min`,
      count(wave.lost),
    ]
  }),
})
