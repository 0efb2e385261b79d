import type { Fault } from '@ainexlayer/webhooks-sender'
import { answerOf, type Check, failed, isBroken, isTaken, passed, preference } from './check.ts'
import { cutOff, judgeTaken, survived } from './expectations.ts'

const group = 'robustness'
const expected = '2xx or 4xx, no 5xx'

const brokenSignatures = (['truncated', 'empty', 'missing', 'garbage', 'nonAscii'] as const).map(
  (how): readonly Fault[] => [{ kind: 'badSignature', how }],
)

const payload = (
  name: string,
  title: string,
  how: NonNullable<Extract<Fault, { kind: 'payload' }>['how']>,
  fix: string,
): Check => survived({ name, group, title, expected, fix }, [[{ kind: 'payload', how }]])

const missingField: Check = {
  name: 'missing-field',
  group,
  title: 'An event without its fields breaks nothing',
  expected,
  fix: 'Check the data before it is used: a 5xx is sent again for days, and never gets better.',
  play: async (bench) => {
    const answer = answerOf(
      await bench.send(bench.newMessage(), [{ kind: 'schema', how: 'missingField' }]),
    )
    return () => (isBroken(answer) ? preference(String(answer)) : passed(String(answer)))
  },
}

const oversized: Check = {
  name: 'oversized',
  group,
  title: 'A body of 2 MiB is refused, and breaks nothing',
  expected: '413, or the connection is closed',
  fix: 'Limit what is read before the signature is known (1 MiB is plenty), and answer 413.',
  play: async (bench) => {
    const answer = answerOf(
      await bench.send(bench.newMessage(), [{ kind: 'payload', how: 'oversize' }]),
    )
    return () => {
      if (isTaken(answer)) return preference(String(answer))
      const isClosed = answer === 'connection_reset'
      return isBroken(answer) && !isClosed ? failed(String(answer)) : passed(String(answer))
    }
  },
}

/** As many connections as a small pool has. */
const dripping = 10

const slow: Check = {
  name: 'slow',
  group,
  title: 'Requests that drip hold up nobody, and are ended',
  expected: 'others are answered meanwhile; the slow ones end with 408 or a closed connection',
  fix: 'Give the reading of a body a deadline of some seconds (`server.requestTimeout` is 300 s in Node).',
  isSlow: true,
  play: async (bench) => {
    const drip: Fault = { kind: 'slowBody', bytesPerSecond: 4 }
    const { slowMs } = bench.target
    const drips = Array.from({ length: dripping }, () =>
      bench.send(bench.newMessage(), [drip], { timeoutMs: slowMs }),
    )
    const other = bench.newMessage()
    const meanwhile = answerOf(await bench.send(other))
    const answers = (await Promise.all(drips)).map(answerOf)
    return () => {
      if (!isTaken(meanwhile)) return failed(`another one meanwhile: ${meanwhile}`)
      const open = answers.filter((answer) => answer === 'timeout').length
      return open > 0
        ? preference(`${open} of ${dripping} were still open after ${slowMs / 1000} s`)
        : passed('others answered, slow ones ended')
    }
  },
}

const alive: Check = {
  name: 'alive',
  group,
  title: 'After all this an ordinary event is taken',
  expected: '2xx, handled once',
  fix: 'Something of this run stopped the receiver: look into its log.',
  play: async (bench) => {
    const message = bench.newMessage()
    return judgeTaken([message], [answerOf(await bench.send(message))])
  },
}

/** What must not bring a receiver down; `alive` is played last. */
export const robustnessChecks: readonly Check[] = [
  survived(
    {
      name: 'malformed-signature',
      group,
      title: 'Signatures of another length or alphabet break nothing',
      expected: '4xx',
      fix: 'Compare lengths before `timingSafeEqual`, which throws when they differ, and expect the header to be missing.',
    },
    brokenSignatures,
  ),
  survived(
    {
      name: 'huge-id',
      group,
      title: 'An id of 10 kB breaks nothing',
      expected: '4xx',
      fix: 'Refuse ids above some hundred characters.',
      needs: ['signed id'],
    },
    [[{ kind: 'idTrick', how: 'huge' }]],
  ),
  payload(
    'not-json',
    'A signed body that is not JSON breaks nothing',
    'notJson',
    'Catch what `JSON.parse` throws, and answer 4xx.',
  ),
  payload(
    'invalid-utf8',
    'Bytes that are not UTF-8 break nothing',
    'invalidUtf8',
    'Decode with `new TextDecoder("utf-8", { fatal: true })`, and answer 4xx when it throws.',
  ),
  payload(
    'deep-nesting',
    'JSON nested 5000 deep breaks nothing',
    'deepNesting',
    'Do not walk a body recursively before it is checked.',
  ),
  payload(
    'big-number',
    'A number beyond 64 bits breaks nothing',
    'bigInt',
    'Take numbers as they come, or refuse them with 4xx.',
  ),
  payload(
    'proto-key',
    'A key `__proto__` breaks nothing',
    'protoKey',
    'Never copy a body into other objects key by key.',
  ),
  payload(
    'double-keys',
    'A key that comes twice breaks nothing',
    'duplicateKeys',
    'Read the type once, from what you have parsed.',
  ),
  missingField,
  oversized,
  cutOff(
    {
      name: 'cut-off',
      group,
      title: 'A body that is cut off is not handled',
      expected: 'no 2xx, not handled',
      fix: 'Wait for the whole body: what arrived is not what was sent.',
    },
    [{ kind: 'truncate', atByte: 50 }],
  ),
  cutOff(
    {
      name: 'dropped',
      group,
      title: 'A connection that breaks in the headers is survived',
      expected: 'no 2xx, not handled',
      fix: 'Listen to `error` and `aborted` of the request.',
    },
    [{ kind: 'dropConnection', when: 'midHeaders' }],
  ),
  slow,
]

export { alive }
