import type { Fault, Message } from '@ainexlayer/webhooks-sender'
import {
  type AnswerWord,
  answered,
  answerOf,
  type Check,
  failed,
  handled,
  isBroken,
  isTaken,
  type Judge,
  type Judgement,
  passed,
  preference,
  runsOf,
  unlessOnce,
} from './check.ts'

/** A check without its play. */
export type CheckWords = Omit<Check, 'play'>

/** An answer to a request that must not be taken, as far as security goes. */
const refusal = (answer: AnswerWord, runs: number | undefined): Judgement => {
  const came = `${answer}${runs === 0 ? '' : handled(runs)}`
  if (runs !== undefined && runs > 0) return failed(came)
  if (isTaken(answer)) return failed(came)
  if (answer === 410) {
    return failed(
      came,
      'Answer 401: 410 says that the endpoint is gone, and switches the webhook off.',
    )
  }
  if (isBroken(answer)) {
    return preference(came, 'It is not taken, but 4xx would say why: 5xx is for what is broken.')
  }
  return passed(came)
}

/** A request that nobody may take: judged by whether it was, and not by the status that refuses it. */
export const refused = (words: CheckWords, faults: readonly Fault[]): Check => ({
  ...words,
  play: async (bench) => {
    const message = bench.newMessage()
    const answer = answerOf(await bench.send(message, faults))
    return (seen) => refusal(answer, runsOf(seen, [message.id]))
  },
})

/** The same, where taking it is lax rather than dangerous. */
export const preferablyRefused = (words: CheckWords, faults: readonly Fault[]): Check => ({
  ...words,
  play: async (bench) => {
    const message = bench.newMessage()
    const answer = answerOf(await bench.send(message, faults))
    return (seen) => {
      const count = runsOf(seen, [message.id])
      return isTaken(answer) ? preference(`${answer}${handled(count)}`) : refusal(answer, count)
    }
  },
})

/** A genuine request: taken, and handled once where that can be seen. */
export const judgeTaken =
  (messages: readonly Message[], answers: readonly AnswerWord[], isHandled = true): Judge =>
  (seen) => {
    const ids = messages.map(({ id }) => id)
    const came = `${answered(answers)}${isHandled ? handled(runsOf(seen, ids)) : ''}`
    if (!answers.every(isTaken)) return failed(came)
    return (isHandled ? unlessOnce(seen, ids, came) : undefined) ?? passed(came)
  }

/** One genuine request with these faults, none of which is a reason to refuse it. */
export const taken = (words: CheckWords, faults: readonly Fault[]): Check => ({
  ...words,
  play: async (bench) => {
    const message = bench.newMessage()
    return judgeTaken([message], [answerOf(await bench.send(message, faults))])
  },
})

/** Requests that may be taken or refused, but must not break the receiver: a 5xx would be sent again for days. */
export const survived = (words: CheckWords, faults: readonly (readonly Fault[])[]): Check => ({
  ...words,
  play: async (bench) => {
    const answers = await Promise.all(
      faults.map(async (some) => answerOf(await bench.send(bench.newMessage(), some))),
    )
    return () => (answers.some(isBroken) ? failed(answered(answers)) : passed(answered(answers)))
  },
})

/** Requests that do not arrive whole: nothing of them may be handled. */
export const cutOff = (words: CheckWords, faults: readonly Fault[]): Check => ({
  ...words,
  play: async (bench) => {
    const message = bench.newMessage()
    const answer = answerOf(await bench.send(message, faults))
    return (seen) => {
      const count = runsOf(seen, [message.id])
      const isWrong = isTaken(answer) || (count ?? 0) > 0
      return isWrong ? failed(`${answer}${handled(count)}`) : passed(String(answer))
    }
  },
})
