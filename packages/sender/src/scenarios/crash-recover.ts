import type { Attempt } from '../delivery/attempt.ts'
import { systemClock } from '../delivery/clock.ts'
import type { Message } from '../message/message.ts'
import { taken, takenAtLast } from './expectations.ts'
import { inTime, lookMs } from './in-time.ts'
import { type Scenario, untilTaken } from './scenario.ts'
import type { Observe, Stage } from './stage.ts'

/** A receiver that was killed holds its claim until the lease ends, by default for 60 s. */
const leaseMs = 90_000

/** How often the receiver is killed: one kill alone may hit the moment after the work. */
const kills = 3

/** How many events are under way at once. */
const lanes = 4

/** How long events are sent before the kill, if nothing suspicious shows, in milliseconds. */
const calmMs = 500

/** How long the kill waits for a moment at which events are in the middle of their work, in milliseconds. */
const aimMs = 1000

/** How long the first sign of a handler is waited for before the kill, in milliseconds. */
const firstSignMs = 1500

/** How long it is sent while the receiver restarts, in milliseconds: one that ends its work first waits for a pause. */
const restlessMs = 5000

/** How long one restart may take, in milliseconds. */
const restartMs = 120_000

/** A receiver in which what was acknowledged was missing after so many kills has lost it, though its counts were lost as well. */
const suspicions = 2

/** In how many kills something looked wrong that may be chance once. */
interface Suspected {
  /** Acknowledged, and not seen again. */
  readonly missing: number
  /** Under way when killed, then acknowledged, and none of it seen to be handled. */
  readonly forgotten: number
}

/** Looks at the receiver's counts, and knows whether they outlived a restart. */
const watching = (observe: Observe) => {
  const handled = new Set<string>()
  const doubled = new Set<string>()
  let before: ReadonlySet<string> | undefined
  let isUp = false
  let counts: 'kept' | 'lost' | 'none yet' | 'not known' = 'not known'
  return {
    /** The events that were ever seen to be handled: a count in memory does not outlive the kill. */
    handled,
    /** Those that ran more than once while nothing had been killed: an event that was sent once has no reason to. */
    doubled,
    /** What a count says after the restart: nothing, if nobody answered before it. */
    counts: () => counts,
    goesDown: () => {
      before = new Set(handled)
    },
    isUp: () => {
      isUp = true
    },
    /** The events that were handled; undefined while nobody answers. */
    look: async (): Promise<ReadonlySet<string> | undefined> => {
      const runs = await inTime('observe', lookMs, async () => observe()).catch(() => undefined)
      if (typeof runs !== 'object' || runs === null) return undefined
      const now = new Set(Object.keys(runs).filter((id) => Number(runs[id]) > 0))
      for (const id of now) handled.add(id)
      if (before === undefined) {
        counts = 'none yet'
        for (const id of now) if (Number(runs[id]) > 1) doubled.add(id)
      }
      if (isUp && before !== undefined && before.size > 0 && counts !== 'lost') {
        counts = [...before].every((id) => now.has(id)) ? 'kept' : 'lost'
      }
      return now
    },
  }
}

/** An event that was sent until the receiver was killed. */
interface Sent {
  readonly message: Message
  readonly at: number
  tookMs?: number
  attempt?: Attempt
}

const wasTaken = ({ attempt }: Sent): boolean => attempt?.outcome === 'delivered'

/**
 * Waits until half of the lanes are in the middle of what an event usually takes. A kill between an answer and the
 * next request would find nothing to break, and lanes that wait for the same receiver get into step.
 */
const untilMidway = async (all: readonly Sent[]): Promise<void> => {
  const took = all.flatMap(({ tookMs }) => tookMs ?? []).sort((a, b) => a - b)
  const usual = took[took.length >> 1]
  if (usual === undefined) return
  const isMidway = ({ at, tookMs }: Sent): boolean => {
    const share = (systemClock.now() - at) / usual
    return tookMs === undefined && share >= 0.25 && share <= 0.75
  }
  const until = systemClock.now() + aimMs
  while (all.slice(-lanes).filter(isMidway).length < lanes / 2 && systemClock.now() < until)
    await systemClock.sleep(1)
}

/** Sends one event after another, until an attempt fails or it is told to stop. */
const sendLane = async (stage: Stage, all: Sent[], goesOn: () => boolean): Promise<void> => {
  while (goesOn()) {
    const sent: Sent = { message: stage.newMessage(), at: systemClock.now() }
    all.push(sent)
    sent.attempt = await stage.send(sent.message, [], { timeoutMs: 2000 })
    sent.tookMs = systemClock.now() - sent.at
    if (!wasTaken(sent)) return
  }
}

/** Restarts the receiver, and looks on as long as the old one answers: it may end its work first. */
const restartWatched = async (
  restart: () => Promise<void>,
  watch: ReturnType<typeof watching>,
): Promise<void> => {
  watch.goesDown()
  let isOver = false
  const looking = (async () => {
    while (!isOver) {
      await watch.look()
      await systemClock.sleep(1)
    }
  })()
  try {
    await inTime('restart', restartMs, async () => restart())
  } finally {
    isOver = true
    await looking
  }
  watch.isUp()
}

/** Sends until the receiver is killed, and then again what was not taken. What was suspected by then. */
const killOnce = async (
  stage: Stage,
  observe: Observe,
  restart: () => Promise<void>,
  before: Suspected,
): Promise<Suspected> => {
  const { recoveryMs = leaseMs } = stage.options
  const watch = watching(observe)
  const all: Sent[] = []
  let sending = true
  let rest: NodeJS.Timeout | undefined
  const sendingLanes = Array.from({ length: lanes }, () => sendLane(stage, all, () => sending))
  /** Acknowledged, and then not handled: a promise that a kill may break. */
  let owed: readonly string[] = []
  const began = systemClock.now()
  const lasts = (ms: number): boolean => systemClock.now() - began < ms
  try {
    // The first look may take longer than the events.
    do {
      const acknowledged = all.filter(wasTaken).map(({ message }) => message.id)
      const looked = systemClock.now()
      // Who did not answer has not said that nothing was handled.
      if ((await watch.look()) !== undefined) {
        owed = acknowledged.filter((id) => !watch.handled.has(id))
      }
      if (systemClock.now() - looked < 1) await systemClock.sleep(1)
    } while (watch.handled.size === 0 ? lasts(firstSignMs) : owed.length === 0 && lasts(calmMs))
    // A promise that is still to be kept is broken at once.
    if (owed.length === 0) await untilMidway(all)
    rest = setTimeout(() => {
      sending = false
    }, restlessMs)
    await restartWatched(restart, watch)
  } finally {
    clearTimeout(rest)
    sending = false
    await Promise.all(sendingLanes)
  }

  const twice = all.filter(({ message }) => watch.doubled.has(message.id)).length
  if (twice > 0) {
    stage.note('sent once, before the kill', `${twice} handled several times`, 'each once', false)
  }
  const unsettled = all.filter((sent) => !wasTaken(sent))
  const attempts = await Promise.all(
    unsettled.map(async ({ message, attempt }) => [
      ...(attempt === undefined ? [] : [attempt]),
      ...(await untilTaken(stage, message, [], leaseMs)),
    ]),
  )
  const taken2xx = all.filter(wasTaken)
  const end = systemClock.now() + recoveryMs
  await watch.look()
  const missing = (among: readonly Sent[]) => {
    if (watch.counts() === 'not known') return []
    const out = among.filter(({ message }) => !watch.handled.has(message.id))
    return watch.counts() === 'kept' ? out : out.filter(({ message }) => owed.includes(message.id))
  }
  /** One that was handled just before the kill is rightly not handled again; hardly all of them. */
  const isForgotten = (): boolean =>
    watch.counts() === 'lost' &&
    unsettled.length > 1 &&
    unsettled.every(({ message }) => !watch.handled.has(message.id))
  while ((missing(all).length > 0 || isForgotten()) && systemClock.now() < end) {
    await systemClock.sleep(100)
    await watch.look()
  }
  const isMissing = missing(taken2xx).length > 0
  // It may have been handled between the last look and the kill: once may be chance.
  const isLost = isMissing && (watch.counts() === 'kept' || before.missing + 1 >= suspicions)
  stage.note(
    `${taken2xx.length} acknowledged, then killed`,
    watch.counts() === 'not known'
      ? 'not seen which were handled'
      : `${missing(taken2xx).length} ${isLost || !isMissing ? 'lost' : 'not seen again'}`,
    '0 lost',
    !isLost,
  )
  const { handled: _, ...answers } = takenAtLast(1)
  // One that was handled just before the kill is rightly not handled again; its count may be gone.
  const isSeen = watch.counts() === 'kept' || watch.counts() === 'none yet'
  const expectation = isSeen ? { ...answers, handled: 1, orMore: true } : answers
  for (const [index, { message }] of unsettled.entries())
    stage.judge('under way when killed, then retried', message, attempts[index] ?? [], expectation)
  const forgotten = before.forgotten + (isForgotten() ? 1 : 0)
  if (isForgotten() && forgotten >= suspicions) {
    const seen = `none of ${unsettled.length} handled`
    stage.note('under way when killed, then acknowledged', seen, 'each handled', false)
  }
  return { missing: before.missing + (isMissing ? 1 : 0), forgotten }
}

/** Waits until an event was seen to be handled, or `ms` are over. */
const untilHandled = async (observe: Observe, id: string, ms: number): Promise<void> => {
  const watch = watching(observe)
  const end = systemClock.now() + ms
  while (!(await watch.look())?.has(id) && systemClock.now() < end) await systemClock.sleep(50)
}

export const crashRecover: Scenario = {
  description:
    'What was acknowledged before the receiver was killed is handled all the same; what was under way is taken later.',
  needs: ['observe', 'restart'],
  play: async (stage) => {
    const { observe, restart, recoveryMs = leaseMs } = stage.options
    if (observe === undefined || restart === undefined) return
    let suspected: Suspected = { missing: 0, forgotten: 0 }
    for (let kill = 1; kill <= kills; kill++) {
      suspected = await killOnce(stage, observe, restart, suspected)
      if ((await stage.verdicts()).some(({ verdict }) => verdict === 'wrong')) break
    }
    const after = stage.newMessage()
    const attempt = await stage.send(after)
    if (attempt.outcome === 'delivered') await untilHandled(observe, after.id, recoveryMs)
    stage.judge('and then an ordinary one', after, [attempt], taken(1))
  },
}
