import { fixtures } from '@ainexlayer/webhooks/testing'
import type { Fault } from '@ainexlayer/webhooks-contract'
import type { Attempt } from '../delivery/attempt.ts'
import { createMessage } from '../message/message.ts'
import { notTaken, oneTaken, taken, takenAtLast } from './expectations.ts'
import { type Scenario, untilTaken } from './scenario.ts'

export const happy: Scenario = {
  description: 'Each of the 19 events is taken and handled once.',
  needs: [],
  play: async (stage) => {
    for (const event of Object.values(fixtures)) {
      const message = createMessage({ type: event.type, data: event.data })
      stage.judge(event.type, message, [await stage.send(message)], taken(1))
    }
  },
}

export const retryUntilOk: Scenario = {
  description: 'An event that was cut off in its middle is taken when it is sent again.',
  needs: [],
  play: async (stage) => {
    for (const when of ['midBody', 'midHeaders'] as const) {
      const message = stage.newMessage()
      const cutOff: Fault = { kind: 'dropConnection', when }
      const attempts = await untilTaken(stage, message, [cutOff])
      stage.judge(`cut off (${when}), then retried`, message, attempts, takenAtLast(1))
    }
    const whole = stage.newMessage()
    const truncated = await stage.send(whole, [{ kind: 'truncate', atByte: 10 }])
    stage.judge('cut off, never retried', whole, [truncated], notTaken)
  },
}

export const ackLost: Scenario = {
  description: 'An event whose answer was lost comes again, is handled once and answered 2xx.',
  needs: [],
  play: async (stage) => {
    const message = stage.newMessage()
    const attempts = await untilTaken(stage, message, [{ kind: 'ackLost' }])
    stage.judge('the answer is lost, then retried', message, attempts, takenAtLast(1))
  },
}

/** A race may be won by chance once, but not in each of these. */
const races = 5

export const duplicateRace: Scenario = {
  description:
    'Of twenty requests with one event that are complete at the same moment one is handled.',
  needs: [],
  play: async (stage) => {
    const fault: Fault = { kind: 'duplicate', times: 19, concurrent: true }
    for (let race = 1; race <= races; race++) {
      const message = stage.newMessage()
      const attempt = await stage.send(message, [fault])
      stage.judge(`20 at once, race ${race}`, message, [attempt], oneTaken(409, 503))
    }
    const later = stage.newMessage()
    const again: Fault = { kind: 'duplicate', times: 3 }
    stage.judge('3 more later', later, [await stage.send(later, [again])], taken(1))
  },
}

export const flood: Scenario = {
  description:
    'A thousand events at once are each handled once, even if some are refused at first.',
  needs: [],
  play: async (stage) => {
    const messages = Array.from({ length: 1000 }, () => stage.newMessage())
    const attempts: Attempt[][] = []
    for (let at = 0; at < messages.length; at += 50) {
      const some = messages.slice(at, at + 50)
      attempts.push(...(await Promise.all(some.map((message) => untilTaken(stage, message)))))
    }
    const refused = attempts.flat().filter(({ outcome }) => outcome === 'failed').length
    const ends = attempts.flatMap((tries) => tries.slice(-1))
    stage.judge(`1000 events, ${refused} refused at first`, messages, ends, taken(1))
  },
}
