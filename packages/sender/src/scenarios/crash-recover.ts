import type { Attempt } from '../delivery/attempt.ts'
import { systemClock } from '../delivery/clock.ts'
import type { Message } from '../message/message.ts'
import { taken, takenAtLast } from './expectations.ts'
import { type Scenario, untilTaken } from './scenario.ts'
import type { Observe, Stage } from './stage.ts'

/** A receiver that was killed holds its claim until the lease ends, by default for 60 s. */
const leaseMs = 90_000

/** How many events are under way at once. */
const lanes = 4

/** How long events are sent before the kill, if nothing suspicious shows, in milliseconds. */
const calmMs = 500

/** The most runs that were ever seen of each event: a count in memory does not outlive the kill. */
const watching = (observe: Observe) => {
  const most = new Map<string, number>()
  let forgot = false
  return {
    most,
    /** Whether a count went down: then what was not seen before the kill is not known. */
    forgot: () => forgot,
    look: async (): Promise<Readonly<Record<string, number>> | undefined> => {
      // While the receiver is down nobody answers.
      const runs = await observe().catch(() => undefined)
      if (runs === undefined) return undefined
      for (const [id, count] of most) forgot ||= (runs[id] ?? 0) < count
      for (const [id, count] of Object.entries(runs)) {
        most.set(id, Math.max(count, most.get(id) ?? 0))
      }
      return runs
    },
  }
}

/** An event that was sent until the receiver was killed. */
interface Sent {
  readonly message: Message
  attempt?: Attempt
}

const wasTaken = ({ attempt }: Sent): boolean => attempt?.outcome === 'delivered'

/** Sends one event after another, until an attempt fails or it is told to stop. */
const sendLane = async (stage: Stage, all: Sent[], goesOn: () => boolean): Promise<void> => {
  while (goesOn()) {
    const sent: Sent = { message: stage.newMessage() }
    all.push(sent)
    sent.attempt = await stage.send(sent.message, [], { timeoutMs: 2000 })
    if (!wasTaken(sent)) return
  }
}

export const crashRecover: Scenario = {
  description:
    'What was acknowledged before the receiver was killed is handled all the same; what was under way is taken later.',
  needs: ['observe', 'restart'],
  play: async (stage) => {
    const { observe, restart, recoveryMs = 10_000 } = stage.options
    if (observe === undefined || restart === undefined) return
    const watch = watching(observe)
    const all: Sent[] = []
    let sending = true
    const sendingLanes = Array.from({ length: lanes }, () => sendLane(stage, all, () => sending))
    /** Acknowledged, and then not handled: a promise that a kill may break. */
    const owed = new Set<string>()
    const until = systemClock.now() + calmMs
    // The first look may take longer than the events.
    do {
      const acknowledged = all.filter(wasTaken).map(({ message }) => message.id)
      const looked = systemClock.now()
      const runs = await watch.look()
      // Who did not answer has not said that nothing was handled.
      if (runs !== undefined) {
        for (const id of acknowledged)
          if ((runs[id] ?? 0) === 0 && !watch.most.has(id)) owed.add(id)
      }
      if (systemClock.now() - looked < 1) await systemClock.sleep(1)
    } while (owed.size === 0 && systemClock.now() < until)
    await restart()
    sending = false
    await Promise.all(sendingLanes)

    const unsettled = all.filter((sent) => !wasTaken(sent))
    const attempts = await Promise.all(
      unsettled.map(async ({ message, attempt }) => [
        ...(attempt === undefined ? [] : [attempt]),
        ...(await untilTaken(stage, message, [], leaseMs)),
      ]),
    )
    const taken2xx = all.filter(wasTaken)
    const missing = () => taken2xx.filter(({ message }) => !watch.most.has(message.id))
    const end = systemClock.now() + recoveryMs
    await watch.look()
    while (missing().length > 0 && systemClock.now() < end) {
      if (watch.forgot() && missing().every(({ message }) => !owed.has(message.id))) break
      await systemClock.sleep(100)
      await watch.look()
    }
    const lost = missing().filter(({ message }) => !watch.forgot() || owed.has(message.id))
    stage.note(
      `${taken2xx.length} acknowledged, then killed`,
      `${lost.length} lost`,
      '0 lost',
      lost.length === 0,
    )
    for (const [index, { message }] of unsettled.entries()) {
      const { handled: _, ...answers } = takenAtLast(1)
      // One that was handled just before the kill is rightly not handled again; its count may be gone.
      const expectation = watch.forgot() ? answers : { ...answers, handled: 1, orMore: true }
      stage.judge(
        'under way when killed, then retried',
        message,
        attempts[index] ?? [],
        expectation,
      )
    }
    const after = stage.newMessage()
    stage.judge('and then an ordinary one', after, [await stage.send(after)], taken(1))
  },
}
