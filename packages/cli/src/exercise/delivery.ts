import type { Attempt, Message } from '@ainexlayer/webhooks-sender'
import type { Bench } from './bench.ts'
import {
  type AnswerWord,
  answered,
  answerOf,
  answersOf,
  type Check,
  failed,
  handled,
  isTaken,
  needsObserver,
  nothingCounted,
  notOnce,
  passed,
  preference,
  runsOf,
  unlessOnce,
} from './check.ts'
import { judgeTaken } from './expectations.ts'
import { lookPatiently } from './observer.ts'
import { mostSilent } from './silence.ts'

const group = 'delivery semantics'

const deduplicated =
  'Claim the signed id in a store before the handler runs, and answer 2xx without a run when it is done already.'

/** Milliseconds after which an event is not sent again. */
const longestMs = 30_000

/** Sends until it is taken, as the platform does, without its long delays; not for ever where nothing comes back. */
const untilTaken = async (
  bench: Bench,
  message: Message,
  first: readonly Attempt[] = [],
): Promise<readonly Attempt[]> => {
  const attempts = [...first]
  const began = performance.now()
  let hanging = 0
  for (let number = attempts.length + 1; number <= 40; number++) {
    const attempt = await bench.send(message, [], { number })
    attempts.push(attempt)
    hanging = attempt.error?.code === 'timeout' ? hanging + 1 : 0
    const isOver = hanging === mostSilent || performance.now() - began > longestMs
    if (attempt.outcome === 'delivered' || isOver) break
    await bench.world.clock.sleep(250, bench.world.signal)
  }
  return attempts
}

const duplicate: Check = {
  name: 'duplicate',
  group,
  countsRuns: true,
  title: 'The same request again is acknowledged and not handled again',
  expected: '2xx each time, handled once',
  fix: deduplicated,
  play: async (bench) => {
    const message = bench.newMessage()
    const attempt = await bench.send(message, [{ kind: 'duplicate', times: 2 }])
    return judgeTaken([message], answersOf([attempt]))
  },
}

const retried: Check = {
  name: 'retry',
  group,
  countsRuns: true,
  title: 'A retry with a new signature is not handled again',
  expected: '2xx each time, handled once',
  fix: `${deduplicated} The id stays the same over retries; timestamp and signature do not.`,
  play: async (bench) => {
    const message = bench.newMessage()
    const first = await bench.send(message)
    const second = await bench.send(
      message,
      bench.target.wire.signsTime ? [{ kind: 'timestamp', how: 'offset', offsetSeconds: 2 }] : [],
      { number: 2 },
    )
    return judgeTaken([message], answersOf([first, second]))
  },
}

/** A race may be won by chance once. */
const races = 3

const inFlight: Check = {
  name: 'in-flight',
  group,
  countsRuns: true,
  title: 'Of ten requests at the same moment one is handled',
  expected: 'one 2xx, the others 2xx or 409, handled once',
  fix: 'Claim the id in one atomic step (`INSERT … ON CONFLICT DO NOTHING`, `SET NX`) before the handler runs: look, then add is a race.',
  play: async (bench) => {
    const messages: Message[] = []
    const answers: AnswerWord[] = []
    for (let race = 0; race < races; race++) {
      const message = bench.newMessage()
      messages.push(message)
      const attempt = await bench.send(message, [{ kind: 'duplicate', times: 9, concurrent: true }])
      const all = answersOf([attempt])
      answers.push(...all)
      // The platform would send it again, too.
      if (!all.some(isTaken)) await untilTaken(bench, message)
    }
    return (seen) => {
      const ids = messages.map(({ id }) => id)
      const came = `${answered(answers)}${handled(runsOf(seen, ids))}`
      const wrong = unlessOnce(seen, ids, `${came} for ${races} events`)
      if (wrong !== undefined) return wrong
      if (answers.includes(410)) return failed(came, 'Never answer 410 to a duplicate.')
      const isOdd = answers.some(
        (answer) =>
          !isTaken(answer) &&
          !(typeof answer === 'number' && [409, 425, 429, 503].includes(answer)),
      )
      return isOdd
        ? preference(came, 'Answer 409 or 503 while the first is still running.')
        : passed(came)
    }
  },
}

const ackLost: Check = {
  name: 'ack-lost',
  group,
  countsRuns: true,
  title: 'An event whose answer was lost is handled once',
  expected: '2xx at last, handled once',
  fix: deduplicated,
  play: async (bench) => {
    const message = bench.newMessage()
    const lost = await bench.send(message, [{ kind: 'ackLost' }])
    const attempts = await untilTaken(bench, message, [lost])
    return judgeTaken(
      [message],
      [attempts.at(-1)].flatMap((last) => (last ? [answerOf(last)] : [])),
    )
  },
}

/** How many events are looked at one by one. */
const lookedAt = 20

/** After so many looks that failed none is tried any more. */
const mostUnseen = 3

const earlyAnswer: Check = {
  name: 'early-answer',
  group,
  title: 'A 2xx comes after the handler has finished',
  expected: 'handled when the answer comes',
  fix: 'Await the handler before you answer. If it takes long, put the event into a durable queue first, and answer 202.',
  needs: ['observer'],
  play: async (bench) => {
    let early = 0
    const unseen: string[] = []
    const sent: { readonly message: Message; readonly answer: AnswerWord }[] = []
    for (let number = 0; number < lookedAt; number++) {
      const message = bench.newMessage()
      const answer = answerOf(await bench.send(message))
      sent.push({ message, answer })
      // 202 says that it is accepted, and claims no more.
      if (!isTaken(answer) || answer === 202) continue
      // A look that comes later says nothing about this moment: it is not tried again.
      const look = (await bench.observe?.()) ?? { fault: needsObserver }
      if ('fault' in look) unseen.push(look.fault)
      else if ((look.runs[message.id] ?? 0) === 0) early++
      if (unseen.length === mostUnseen) break
    }
    return (seen) => {
      if (seen?.countsNothing) return { skipped: nothingCounted }
      if (early > 0)
        return failed(`${early} of ${sent.length} were answered 2xx before they were handled`)
      if (!sent.some(({ answer }) => isTaken(answer)))
        return { skipped: `none was taken (${answered(sent.map(({ answer }) => answer))})` }
      return unseen.length > 0
        ? { skipped: `${unseen.length} of ${sent.length} were not seen (${unseen[0]})` }
        : passed(`${answered(sent.map(({ answer }) => answer))}, each handled by then`)
    }
  },
}

/** Sends once more what is acknowledged and not handled; resolves with how many those were. */
const sendAgain = async (bench: Bench, messages: readonly Message[]): Promise<number> => {
  const { observe, world } = bench
  const missing = async (): Promise<readonly Message[]> => {
    const look = observe === undefined ? undefined : await lookPatiently(observe, world)
    if (look === undefined || 'fault' in look) return []
    return messages.filter(({ id }) => (look.runs[id] ?? 0) === 0)
  }
  let unhandled = await missing()
  for (let tries = 0; tries < 10 && unhandled.length > 0; tries++) {
    await world.clock.sleep(100, world.signal)
    unhandled = await missing()
  }
  for (const message of unhandled) await bench.send(message, [], { number: 2 })
  return unhandled.length
}

const notLost: Check = {
  name: 'not-lost',
  group,
  title: 'What is acknowledged is handled, at the latest when it comes again',
  expected: 'each handled once',
  fix: 'Answer 5xx when a handler fails and forget its id, so that the retry runs it again.',
  needs: ['observer'],
  play: async (bench) => {
    const messages: Message[] = []
    const answers: AnswerWord[] = []
    for (let number = 0; number < lookedAt; number++) {
      const message = bench.newMessage()
      messages.push(message)
      answers.push(...answersOf(await untilTaken(bench, message)).slice(-1))
    }
    const again = await sendAgain(bench, messages)
    return (seen) => {
      if (seen === undefined) return { skipped: needsObserver }
      const lost = messages.filter(({ id }) => (seen.runs[id] ?? 0) === 0).length
      const twice = messages.filter(({ id }) => (seen.runs[id] ?? 0) > 1).length
      if (seen.countsNothing) return { skipped: nothingCounted }
      if (lost > 0) {
        const late =
          again > 0 ? ', nor when they came again: their ids were remembered too early' : ''
        return failed(`${lost} of ${lookedAt} were answered 2xx and never handled${late}`)
      }
      if (twice > 0)
        return failed(`${twice} of ${lookedAt} were handled several times`, deduplicated)
      return passed(`${answered(answers)}, each handled`)
    }
  },
}

const inTime: Check = {
  name: 'in-time',
  group,
  title: 'Answers come well within 30 seconds',
  expected: 'within 30 s, better within 5 s',
  fix: 'Hand long work to a queue: after 30 seconds the platform gives up and sends it again.',
  play: async (bench) => () => {
    const taken = bench.attempts.filter(
      ({ outcome, faults }) => outcome === 'delivered' && faults.length === 0,
    )
    const slowest = Math.max(0, ...taken.map(({ durationMs }) => durationMs))
    const came = `the slowest of ${taken.length} took ${Math.round(slowest)} ms`
    if (slowest > 30_000) return failed(came)
    return slowest > 5000 ? preference(came) : passed(came)
  },
}

/** How many requests of a burst are under way at once. */
const atOnce = 50

const burst: Check = {
  name: 'burst',
  group,
  countsRuns: true,
  title: 'A burst of events is taken, each handled once',
  expected: '2xx, at first 429 or 503; handled once',
  fix: 'Answer 429 or 503 with Retry-After when it is too much, and never 2xx for what is not handled.',
  play: async (bench) => {
    const messages = Array.from({ length: bench.target.burst }, () => bench.newMessage())
    const answers: AnswerWord[] = []
    for (let at = 0; at < messages.length; at += atOnce) {
      const some = messages.slice(at, at + atOnce)
      const all = await Promise.all(some.map((message) => untilTaken(bench, message)))
      answers.push(...all.flatMap((attempts) => answersOf(attempts).slice(-1)))
    }
    return (seen) => {
      const ids = messages.map(({ id }) => id)
      const wrong = notOnce(seen, ids)
      const came = `${answered(answers)}${handled(runsOf(seen, ids))}`
      if (!answers.every(isTaken)) return failed(came)
      return unlessOnce(seen, ids, `${came}: ${wrong} events not exactly once`) ?? passed(came)
    }
  },
}

/** The checks that send an event again, one of which must be judged before a receiver is called right. */
export const duplicateChecks: readonly string[] = [duplicate, retried, inFlight, ackLost].map(
  ({ name }) => name,
)

/** The check that says whether acknowledged events get lost. */
export const notLostCheck = notLost

/** What is promised about each event: handled, and once. */
export const deliveryChecks: readonly Check[] = [
  duplicate,
  retried,
  inFlight,
  ackLost,
  earlyAnswer,
  notLost,
  burst,
  inTime,
]
