import type { Fault } from '@ainexlayer/webhooks-contract'
import { alike, notTaken, refusedWith, settled, taken } from './expectations.ts'
import { eachFault, type Scenario } from './scenario.ts'
import { answerOf } from './stage.ts'

export const rotation: Scenario = {
  description: 'During a rotation of the secret one good signature among several is enough.',
  needs: [],
  play: async (stage) => {
    const knows = stage.target.otherSecret !== undefined
    await eachFault(stage, [
      [{ kind: 'secretRotation', how: 'new' }, taken(1)],
      [{ kind: 'secretRotation', how: 'both' }, taken(1)],
      [{ kind: 'secretRotation', how: 'old' }, knows ? taken(1) : refusedWith(401)],
      [{ kind: 'multiSignature', how: 'badThenGood' }, taken(1)],
      [{ kind: 'multiSignature', how: 'duplicateHeaderLines' }, taken(1)],
      [{ kind: 'multiSignature', how: 'many' }, refusedWith(401)],
    ])
  },
}

export const replayAttack: Scenario = {
  description: 'A captured request has no effect, neither soon nor late nor with another body.',
  needs: [],
  play: async (stage) => {
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
  },
}

export const tamperMatrix: Scenario = {
  description: 'What was changed, is not signed, or is no event is refused, and nothing crashes.',
  needs: [],
  play: async (stage) => {
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
      [{ kind: 'payload', how: 'deepNesting' }, settled],
      [{ kind: 'payload', how: 'duplicateKeys' }, settled],
      [{ kind: 'schema', how: 'missingField' }, refusedWith(422)],
      [{ kind: 'schema', how: 'extraField' }, taken(1)],
      [{ kind: 'schema', how: 'newEnumValue' }, taken(1)],
      [
        { kind: 'schema', how: 'unknownType' },
        { ...taken(0), expected: '2xx, not by `*`' },
      ],
    ])
    const after = stage.newMessage()
    stage.judge('and then an ordinary one', after, [await stage.send(after)], taken(1))
  },
}

export const encodings: Scenario = {
  description: 'A body is read by its bytes, however it is framed and labelled.',
  needs: [],
  play: async (stage) => {
    await eachFault(stage, [
      [{ kind: 'encoding', how: 'chunked' }, taken(1)],
      [{ kind: 'encoding', how: 'expect100' }, taken(1)],
      [{ kind: 'encoding', how: 'wrongContentType' }, settled],
      // Signed as it is sent: who unpacks it verifies other bytes than were signed.
      [{ kind: 'encoding', how: 'gzip' }, settled],
      [
        { kind: 'encoding', how: 'noLength' },
        { ...notTaken, expected: 'refused: it has no body' },
      ],
    ])
    const both = stage.newMessage()
    const faults: readonly Fault[] = [
      { kind: 'encoding', how: 'chunked' },
      { kind: 'tamperBody', how: 'trailingNewline' },
    ]
    stage.judge('chunked and changed', both, [await stage.send(both, faults)], refusedWith(401))
    const after = stage.newMessage()
    stage.judge('and then an ordinary one', after, [await stage.send(after)], taken(1))
  },
}

export const clockSkew: Scenario = {
  description: 'A timestamp within five minutes is taken, any other and any other form is refused.',
  needs: [],
  play: (stage) =>
    eachFault(stage, [
      [{ kind: 'timestamp', how: 'offset', offsetSeconds: -240 }, taken(1)],
      [{ kind: 'timestamp', how: 'offset', offsetSeconds: 240 }, taken(1)],
      [{ kind: 'timestamp', how: 'offset', offsetSeconds: -600 }, refusedWith(401)],
      [{ kind: 'timestamp', how: 'offset', offsetSeconds: 600 }, refusedWith(401)],
      [{ kind: 'timestamp', how: 'milliseconds' }, refusedWith(401)],
      [{ kind: 'timestamp', how: 'float' }, refusedWith(400)],
      [{ kind: 'timestamp', how: 'text' }, refusedWith(400)],
      [{ kind: 'timestamp', how: 'missing' }, refusedWith(400)],
    ]),
}

export const endpointGone: Scenario = {
  description:
    '410 is said by an endpoint that is gone, always, and never for a request that is merely wrong.',
  needs: [],
  play: async (stage) => {
    const message = stage.newMessage()
    const attempt = await stage.send(message)
    const answer = answerOf(attempt)
    stage.judge('a genuine event', message, [attempt], { ...alike(answer), expected: '2xx or 410' })
    for (const step of ['a second one', 'a third one']) {
      const another = stage.newMessage()
      stage.judge(step, another, [await stage.send(another)], alike(answer))
    }
    const not2xx = { ...notTaken, expected: answer === 410 ? '410 or 4xx' : '4xx but 410' }
    const merelyWrong =
      answer === 410
        ? not2xx
        : {
            ...not2xx,
            isRight: (answers: readonly (number | string)[]) =>
              answers.every(
                (one) => typeof one === 'number' && one >= 400 && one < 500 && one !== 410,
              ),
          }
    const unknown =
      answer === 410 ? alike(410) : { ...taken(0), expected: '2xx: of no concern, but no mistake' }
    await eachFault(stage, [
      [{ kind: 'badSignature', how: 'wrongSecret' }, merelyWrong],
      [{ kind: 'badSignature', how: 'missing' }, merelyWrong],
      [{ kind: 'timestamp', how: 'offset', offsetSeconds: -3600 }, merelyWrong],
      [{ kind: 'payload', how: 'notJson' }, merelyWrong],
      [{ kind: 'schema', how: 'missingField' }, merelyWrong],
      [{ kind: 'schema', how: 'unknownType' }, unknown],
    ])
  },
}
