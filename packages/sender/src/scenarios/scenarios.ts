import { fixtures } from '@ainexlayer/webhooks/testing'
import type { Fault } from '@ainexlayer/webhooks-contract'
import type { Attempt } from '../delivery/attempt.ts'
import { systemClock } from '../delivery/clock.ts'
import { reorderWindow } from '../faults/reorder.ts'
import { seededRandom } from '../faults/seeded-random.ts'
import { createMessage, type Message } from '../message/message.ts'
import { notTaken, oneTaken, refusedWith, taken, takenAtLast } from './expectations.ts'
import { answerOf, type Expectation, type Stage } from './stage.ts'

/** A scenario: what is sent, and what a correct receiver answers. */
export type Scenario = (stage: Stage) => Promise<void>

/** Sends an event until it is answered 2xx, as the platform does, with shorter delays. After a fault it is sent at least twice. */
const untilTaken = async (
  stage: Stage,
  message: Message,
  first: readonly Fault[] = [],
  patienceMs = 10_000,
): Promise<Attempt[]> => {
  const attempts = [await stage.send(message, first)]
  const fewest = first.length === 0 ? 1 : 2
  const until = systemClock.now() + patienceMs
  while (
    (attempts.length < fewest || attempts.at(-1)?.outcome === 'failed') &&
    systemClock.now() < until
  ) {
    if (attempts.length > 1) await systemClock.sleep(250)
    attempts.push(await stage.send(message, [], attempts.length + 1))
  }
  return attempts
}

const eachFault = async (
  stage: Stage,
  faults: readonly (readonly [fault: Fault, expectation: Expectation])[],
): Promise<void> => {
  for (const [fault, expectation] of faults) {
    const message = stage.newMessage()
    const step = 'how' in fault ? `${fault.kind}: ${fault.how}` : fault.kind
    stage.judge(step, message, [await stage.send(message, [fault])], expectation)
  }
}

const happy: Scenario = async (stage) => {
  for (const event of Object.values(fixtures)) {
    const message = createMessage({ type: event.type, data: event.data })
    stage.judge(event.type, message, [await stage.send(message)], taken(1))
  }
}

const retryUntilOk: Scenario = async (stage) => {
  const message = stage.newMessage()
  const cutOff: Fault = { kind: 'dropConnection', when: 'midBody' }
  const attempts = await untilTaken(stage, message, [cutOff])
  stage.judge('cut off first, then retried', message, attempts, takenAtLast(1))
}

const ackLost: Scenario = async (stage) => {
  const message = stage.newMessage()
  const attempts = await untilTaken(stage, message, [{ kind: 'ackLost' }])
  stage.judge('the answer is lost, then retried', message, attempts, takenAtLast(1))
}

const duplicateRace: Scenario = async (stage) => {
  const race = stage.newMessage()
  const fault: Fault = { kind: 'duplicate', times: 19, concurrent: true }
  stage.judge('20 at once', race, [await stage.send(race, [fault])], oneTaken(409, 503))
  const later = stage.newMessage()
  const again: Fault = { kind: 'duplicate', times: 3 }
  stage.judge('3 more later', later, [await stage.send(later, [again])], taken(1))
}

const outOfOrder: Scenario = async (stage) => {
  const life = (
    ['document.uploaded', 'document.processed', 'document.updated', 'document.deleted'] as const
  ).map((type) => createMessage({ type, data: fixtures[type].data }))
  for (const message of reorderWindow(life, life.length, seededRandom(1))) {
    stage.judge(message.type, message, [await stage.send(message)], taken(1))
  }
}

const rotation: Scenario = async (stage) => {
  const knows = stage.target.otherSecret !== undefined
  await eachFault(stage, [
    [{ kind: 'secretRotation', how: 'new' }, taken(1)],
    [{ kind: 'secretRotation', how: 'both' }, taken(1)],
    [{ kind: 'secretRotation', how: 'old' }, knows ? taken(1) : refusedWith(401)],
    [{ kind: 'multiSignature', how: 'badThenGood' }, taken(1)],
    [{ kind: 'multiSignature', how: 'duplicateHeaderLines' }, taken(1)],
    [{ kind: 'multiSignature', how: 'many' }, refusedWith(401)],
  ])
}

const replayAttack: Scenario = async (stage) => {
  const burst = stage.newMessage()
  const replay: Fault = { kind: 'replayBurst', times: 5 }
  stage.judge('captured, sent 5 times more', burst, [await stage.send(burst, [replay])], taken(1))
  const old = stage.newMessage()
  const stale: Fault = { kind: 'timestamp', how: 'offset', offsetSeconds: -3600 }
  stage.judge('captured an hour ago', old, [await stage.send(old, [stale])], refusedWith(401))
  const reused = stage.newMessage()
  const first = await stage.send(reused)
  const second = await stage.send(reused, [{ kind: 'idTrick', how: 'sameIdOtherBody' }])
  stage.judge('the same id with another body', reused, [second], {
    ...refusedWith(422),
    handled: answerOf(first) === 200 ? 1 : 0,
  })
}

const tamperMatrix: Scenario = async (stage) => {
  const tampered = (
    ['flipByte', 'append', 'reserialize', 'trailingNewline', 'bom', 'crlf'] as const
  ).map((how) => [{ kind: 'tamperBody', how }, refusedWith(401)] as const)
  const unsigned = (['missing', 'empty'] as const).map(
    (how) => [{ kind: 'badSignature', how }, refusedWith(400)] as const,
  )
  const missigned = (
    ['wrongSecret', 'truncated', 'hex', 'v2Only', 'nonAscii', 'garbage'] as const
  ).map((how) => [{ kind: 'badSignature', how }, refusedWith(401)] as const)
  const ids = (['missing', 'dot', 'huge', 'duplicateLine'] as const).map(
    (how) => [{ kind: 'idTrick', how }, refusedWith(400, 431)] as const,
  )
  const payloads = (['notJson', 'invalidUtf8'] as const).map(
    (how) => [{ kind: 'payload', how }, refusedWith(422)] as const,
  )
  await eachFault(stage, [
    ...tampered,
    ...unsigned,
    ...missigned,
    ...ids,
    ...payloads,
    [
      { kind: 'payload', how: 'oversize' },
      { ...notTaken, expected: '413, or cut off' },
    ],
    [{ kind: 'payload', how: 'protoKey' }, taken(1)],
    [{ kind: 'payload', how: 'bigInt' }, taken(1)],
    [{ kind: 'schema', how: 'missingField' }, refusedWith(422)],
    [{ kind: 'schema', how: 'extraField' }, taken(1)],
    [{ kind: 'schema', how: 'newEnumValue' }, taken(1)],
    [
      { kind: 'schema', how: 'unknownType' },
      { ...taken(0), expected: '2xx, not by `*`' },
    ],
  ])
}

const clockSkew: Scenario = (stage) =>
  eachFault(stage, [
    [{ kind: 'timestamp', how: 'offset', offsetSeconds: -240 }, taken(1)],
    [{ kind: 'timestamp', how: 'offset', offsetSeconds: 240 }, taken(1)],
    [{ kind: 'timestamp', how: 'offset', offsetSeconds: -600 }, refusedWith(401)],
    [{ kind: 'timestamp', how: 'offset', offsetSeconds: 600 }, refusedWith(401)],
    [{ kind: 'timestamp', how: 'milliseconds' }, refusedWith(401)],
    [{ kind: 'timestamp', how: 'float' }, refusedWith(400)],
    [{ kind: 'timestamp', how: 'text' }, refusedWith(400)],
    [{ kind: 'timestamp', how: 'missing' }, refusedWith(400)],
  ])

const slowLoris: Scenario = async (stage) => {
  const message = stage.newMessage()
  const drip: Fault = { kind: 'slowBody', bytesPerSecond: 4 }
  const slow = stage.send(message, [drip])
  const other = stage.newMessage()
  stage.judge('another one meanwhile', other, [await stage.send(other)], taken(1))
  stage.judge('4 bytes a second', message, [await slow], notTaken)
  await eachFault(stage, [
    [{ kind: 'truncate', atByte: 50 }, notTaken],
    [{ kind: 'dropConnection', when: 'midHeaders' }, notTaken],
    [{ kind: 'dropConnection', when: 'beforeRequest' }, notTaken],
  ])
}

/** A receiver that was killed holds its claim until the lease ends, by default for 60 s. */
const leaseMs = 90_000

const crashRecover: Scenario = async (stage) => {
  const { restart } = stage
  if (restart === undefined) return
  const message = stage.newMessage()
  const lost = stage.send(message, [{ kind: 'impatient', timeoutMs: 2000 }])
  // Killed at once, it would not have received the request.
  await Promise.race([lost, systemClock.sleep(100)])
  await restart()
  const attempts = [await lost, ...(await untilTaken(stage, message, [], leaseMs))]
  stage.judge('restarted under way, then retried', message, attempts, takenAtLast(1))
}

const flood: Scenario = async (stage) => {
  const messages = Array.from({ length: 1000 }, () => stage.newMessage())
  const attempts: Attempt[][] = []
  for (let at = 0; at < messages.length; at += 50) {
    const some = messages.slice(at, at + 50)
    attempts.push(...(await Promise.all(some.map((message) => untilTaken(stage, message)))))
  }
  const refused = attempts.flat().filter(({ outcome }) => outcome === 'failed').length
  const ends = attempts.flatMap((tries) => tries.slice(-1))
  stage.judge(`1000 events, ${refused} refused at first`, messages, ends, taken(1))
}

const endpointGone: Scenario = async (stage) => {
  const message = stage.newMessage()
  const attempt = await stage.send(message)
  stage.judge('410 only when a handler says so', message, [attempt], {
    expected: '2xx or 410',
    isRight: ([answer]) => answer === 410 || (Number(answer) >= 200 && Number(answer) < 300),
  })
}

/** Every scenario, by its name. */
export const scenarios = {
  'happy-19': happy,
  'retry-until-ok': retryUntilOk,
  'ack-lost': ackLost,
  'duplicate-race': duplicateRace,
  'out-of-order-document': outOfOrder,
  rotation,
  'replay-attack': replayAttack,
  'tamper-matrix': tamperMatrix,
  'clock-skew': clockSkew,
  'slow-loris': slowLoris,
  'crash-recover': crashRecover,
  'flood-1000': flood,
  'endpoint-gone': endpointGone,
} as const satisfies Record<string, Scenario>
