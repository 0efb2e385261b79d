import { fixture } from '@ainexlayer/webhooks/testing'
import type { Message } from '@ainexlayer/webhooks-sender'
import { eventNames } from '../input/event-name.ts'
import {
  type AnswerWord,
  answered,
  answerOf,
  type Check,
  failed,
  isTaken,
  passed,
  preference,
} from './check.ts'
import { judgeTaken, taken } from './expectations.ts'
import { explainRefusal } from './explain-refusal.ts'

const group = 'compatibility'

/** JSON as its characters may also be written: `é` as an escape, which parsing and writing would undo. */
const escaped = (json: string): string =>
  json.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

export const genuine: Check = {
  name: 'genuine',
  group,
  title: 'A genuine event is taken',
  expected: '2xx, handled once',
  fix: 'Look into the log of the receiver: what is genuine must be taken.',
  play: async (bench) => {
    const message = bench.newMessage()
    const attempt = await bench.send(message)
    const answer = answerOf(attempt)
    if (isTaken(answer)) {
      return judgeTaken([message], [answer])
    }
    const { code, finding, fix } = await explainRefusal(bench.target, bench.world, attempt)
    const came = [[answer, code].filter(Boolean).join(' '), finding].filter(Boolean).join('; ')
    return () => failed(came, fix)
  },
}

const allEvents: Check = {
  name: 'all-events',
  group,
  title: 'Each of the 19 events is taken',
  expected: '2xx, handled at most once',
  fix: 'Answer 2xx to an event that is of no concern: otherwise it is sent again for days.',
  play: async (bench) => {
    const sent: { type: string; message: Message; answer: AnswerWord }[] = []
    for (const type of eventNames) {
      const message = bench.newMessage(type)
      sent.push({ type, message, answer: answerOf(await bench.send(message)) })
    }
    return (seen) => {
      const wrong = sent.filter(({ answer }) => !isTaken(answer))
      if (wrong.length > 0) {
        return failed(wrong.map(({ type, answer }) => `${type}: ${answer}`).join(', '))
      }
      const often = sent.filter(({ message }) => (seen?.runs[message.id] ?? 0) > 1)
      if (often.length > 0) {
        return failed(`handled several times: ${often.map(({ type }) => type).join(', ')}`)
      }
      return passed(answered(sent.map(({ answer }) => answer)))
    }
  },
}

const spelling: Check = {
  name: 'json-spelling',
  group,
  title: 'The same JSON in another spelling is taken',
  expected: '2xx, handled once',
  fix: 'The signature covers the bytes that arrived: verify `express.raw` or `request.text()`, not `JSON.stringify(req.body)`.',
  play: async (bench) => {
    const { event } = bench.target
    const ofType = { ...fixture(event), note: 'Gr\u00fc\u00dfe', ratio: 1 }
    const messages = [
      bench.spelled(({ id }) => JSON.stringify({ ...ofType, id }, undefined, 2)),
      bench.spelled(({ id }) => escaped(JSON.stringify({ ...ofType, id }))),
      bench.spelled(({ id }) => `${JSON.stringify({ ...ofType, id })}\n`),
      bench.spelled(({ id }) =>
        JSON.stringify({ ...ofType, id }).replace('"ratio":1', '"ratio":1.0'),
      ),
    ]
    const answers: AnswerWord[] = []
    for (const message of messages) answers.push(answerOf(await bench.send(message)))
    return judgeTaken(messages, answers)
  },
}

const large: Check = {
  name: 'large-event',
  group,
  title: 'An event of 200 kB is taken',
  expected: '2xx',
  fix: 'Raise the limit of the body (`express.raw({ limit: "1mb" })`): an event above it is lost after days of retries.',
  play: async (bench) => {
    const padding = 'x'.repeat(200_000)
    const message = bench.spelled(({ id }) =>
      JSON.stringify({ ...fixture(bench.target.event), id, padding }),
    )
    const answer = answerOf(await bench.send(message))
    return () => (isTaken(answer) ? passed(String(answer)) : preference(String(answer)))
  },
}

const contentType: Check = {
  name: 'content-type',
  group,
  title: 'Another content type changes nothing',
  expected: '2xx, or a refusal with 4xx',
  fix: 'Read the body whatever its content type says: `express.raw({ type: "*/*" })`.',
  play: async (bench) => {
    const message = bench.newMessage()
    const answer = answerOf(
      await bench.send(message, [{ kind: 'encoding', how: 'wrongContentType' }]),
    )
    return () => (isTaken(answer) ? passed(String(answer)) : preference(String(answer)))
  },
}

/** What a receiver must take, today and when the platform grows. */
export const compatibilityChecks: readonly Check[] = [
  genuine,
  allEvents,
  spelling,
  {
    ...taken(
      {
        name: 'unknown-event',
        group,
        title: 'An event of an unknown type is acknowledged',
        expected: '2xx',
        fix: 'Answer 2xx to types that you do not know: a later version of the platform sends them.',
      },
      [{ kind: 'schema', how: 'unknownType' }],
    ),
    play: async (bench) => {
      const message = bench.newMessage()
      const answer = answerOf(await bench.send(message, [{ kind: 'schema', how: 'unknownType' }]))
      return judgeTaken([message], [answer], false)
    },
  },
  taken(
    {
      name: 'unknown-field',
      group,
      title: 'An unknown field is not an error',
      expected: '2xx, handled once',
      fix: 'Let the schema keep or drop fields that it does not know (`z.looseObject`), and not refuse them.',
    },
    [{ kind: 'schema', how: 'extraField' }],
  ),
  taken(
    {
      name: 'new-value',
      group,
      title: 'A new value of an enumeration is not an error',
      expected: '2xx, handled once',
      fix: 'Take any text where the platform has a list of values today: the list grows.',
    },
    [{ kind: 'schema', how: 'newEnumValue' }],
  ),
  taken(
    {
      name: 'rotation',
      group,
      title: 'One good signature among several is enough',
      expected: '2xx, handled once',
      fix: 'Split the header at spaces and accept any entry that matches: during a rotation there are two.',
      needs: ['standard wire'],
    },
    [{ kind: 'multiSignature', how: 'badThenGood' }],
  ),
  taken(
    {
      name: 'chunked',
      group,
      title: 'A body in chunks is taken',
      expected: '2xx, handled once',
      fix: 'Do not ask for a content-length: read the body to its end.',
    },
    [{ kind: 'encoding', how: 'chunked' }],
  ),
  taken(
    {
      name: 'expect-100',
      group,
      title: 'Expect: 100-continue is answered',
      expected: '2xx, handled once',
      fix: 'Answer `100 Continue`, as node:http does by itself; a proxy in front may need a setting.',
    },
    [{ kind: 'encoding', how: 'expect100' }],
  ),
  large,
  contentType,
]
