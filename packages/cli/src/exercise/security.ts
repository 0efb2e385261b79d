import { createHmac } from 'node:crypto'
import type { Attempt, Fault } from '@ainexlayer/webhooks-sender'
import { sendRequest } from '../http/send-request.ts'
import {
  answerOf,
  type Check,
  failed,
  handled,
  isTaken,
  passed,
  preference,
  runsOf,
  unlessOnce,
} from './check.ts'
import { preferablyRefused, refused } from './expectations.ts'

const group = 'security'
const expected = 'no 2xx, not handled'

const overBytes =
  'Verify over the bytes that arrived (`express.raw`, `request.text()`), never over JSON that was parsed and written again.'

const tampered = (
  name: string,
  title: string,
  how: NonNullable<Extract<Fault, { kind: 'tamperBody' }>['how']>,
  fix = overBytes,
): Check => refused({ name, group, title, expected, fix }, [{ kind: 'tamperBody', how }])

const isSignatureChecked =
  'Compare the HMAC-SHA256 of what is signed with each signature in the header, and refuse when none is equal.'
const isTimeChecked =
  'Refuse a signed timestamp that is more than five minutes away from now, in either direction.'
const areHeadersChecked =
  'Refuse a request that lacks one of the signed headers, before anything else.'

/** The signature that a receiver should have found: nobody else may learn it. */
const dueSignatures = ({ request }: Attempt, secret: string): string[] => {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const digest = () => createHmac('sha256', key).update(request.signed.prefix).update(request.body)
  return [digest().digest('base64'), digest().digest('hex')]
}

const looksLikeStack = (text: string): boolean =>
  /\n?\s*at .{1,200}[:(].{0,200}:\d+:\d+/.test(text) || /<br> &nbsp; &nbsp;at /.test(text)

const answersSayNothing: Check = {
  name: 'quiet-answers',
  group,
  title: 'Answers give nothing away',
  expected: 'no secret, no signature, no stack trace in an answer',
  fix: 'Answer a refusal with a constant text: what a caller reads, an attacker reads.',
  play: async (bench) => () => {
    const { secret } = bench.target
    const bodies = bench.attempts.map((attempt) => ({
      attempt,
      text: attempt.response?.body ?? '',
    }))
    if (bodies.some(({ text }) => text.includes(secret.replace('whsec_', '')))) {
      return failed('an answer holds the secret')
    }
    const isTold = bodies.some(
      ({ attempt, text }) =>
        attempt.outcome === 'failed' &&
        dueSignatures(attempt, secret).some((signature) => text.includes(signature)),
    )
    if (isTold) {
      return failed(
        'an answer holds the signature that was expected',
        'Never answer with the expected signature: with it anybody can forge the request.',
      )
    }
    if (bodies.some(({ text }) => looksLikeStack(text))) {
      // No failure: Express does it until NODE_ENV=production is set, and what is exercised is seldom deployed.
      const told = preference(
        'an answer holds a stack trace',
        'Catch what is thrown and answer with a constant text; where it is deployed, NODE_ENV=production keeps Express from showing it.',
      )
      return { ...told, lowersGrade: true }
    }
    return passed('nothing found')
  },
}

const reusedId: Check = {
  name: 'reused-id',
  group,
  title: 'A known id with another signed body is not handled',
  expected: 'handled once in all',
  fix: 'Keep a hash of the body beside the id, and refuse an id that comes again with other bytes.',
  needs: ['signed id'],
  play: async (bench) => {
    const message = bench.newMessage()
    const first = answerOf(await bench.send(message))
    const again: Fault = { kind: 'idTrick', how: 'sameIdOtherBody' }
    const answer = answerOf(await bench.send(message, [again]))
    return (seen) => {
      const count = runsOf(seen, [message.id])
      const came = `${answer}${handled(count)}`
      if (!isTaken(first) && (count ?? 0) <= 1)
        return { skipped: `the first was not taken (${first})` }
      const wrong = unlessOnce(seen, [message.id], came)
      return wrong ?? (isTaken(answer) ? preference(came) : passed(came))
    }
  },
}

const otherMethod: Check = {
  name: 'other-method',
  group,
  title: 'GET is not taken for a delivery',
  expected: '405 or 404',
  fix: 'Answer 405 to everything but POST.',
  play: async (bench) => {
    const { url, timeoutMs } = bench.target
    const result = await sendRequest({
      url,
      method: 'GET',
      headers: [],
      body: Buffer.alloc(0),
      timeoutMs,
    })
    const came = result.ok ? String(result.status) : result.code
    return () => (result.ok && isTaken(result.status) ? preference(came) : passed(came))
  },
}

/** What must not be taken, because anybody could have sent it. */
export const securityChecks: readonly Check[] = [
  tampered(
    'tampered-value',
    'A changed value in the body is noticed',
    'flipByte',
    isSignatureChecked,
  ),
  tampered('tampered-append', 'A byte behind the body is noticed', 'append'),
  tampered('tampered-spacing', 'The same JSON with other spacing is noticed', 'reserialize'),
  tampered('tampered-newline', 'A line break behind the body is noticed', 'trailingNewline'),
  tampered('tampered-bom', 'A byte order mark before the body is noticed', 'bom'),
  tampered('tampered-crlf', 'Other line breaks are noticed', 'crlf'),
  refused(
    {
      name: 'wrong-secret',
      group,
      title: 'A signature of another secret is refused',
      expected,
      fix: isSignatureChecked,
    },
    [{ kind: 'badSignature', how: 'wrongSecret' }],
  ),
  refused(
    {
      name: 'no-signature',
      group,
      title: 'A request without a signature is refused',
      expected,
      fix: areHeadersChecked,
    },
    [{ kind: 'badSignature', how: 'missing' }],
  ),
  refused(
    {
      name: 'empty-signature',
      group,
      title: 'An empty signature is refused',
      expected,
      fix: areHeadersChecked,
    },
    [{ kind: 'badSignature', how: 'empty' }],
  ),
  refused(
    {
      name: 'cut-signature',
      group,
      title: 'A part of the signature is not enough',
      expected,
      fix: 'Compare all 32 bytes: a prefix can be guessed.',
    },
    [{ kind: 'badSignature', how: 'truncated' }],
  ),
  refused(
    {
      name: 'garbage-signature',
      group,
      title: 'Garbage in the signature is refused',
      expected,
      fix: isSignatureChecked,
    },
    [{ kind: 'badSignature', how: 'garbage' }],
  ),
  preferablyRefused(
    {
      name: 'other-version',
      group,
      title: 'A signature of another version is ignored',
      expected,
      fix: 'Look at entries that begin with `v1,` only: another version may mean another algorithm.',
      needs: ['standard wire'],
    },
    [{ kind: 'badSignature', how: 'v2Only' }],
  ),
  refused(
    {
      name: 'stale',
      group,
      title: 'A request of ten minutes ago is refused',
      expected,
      fix: isTimeChecked,
      needs: ['signed time'],
    },
    [{ kind: 'timestamp', how: 'offset', offsetSeconds: -600 }],
  ),
  refused(
    {
      name: 'future',
      group,
      title: 'A request of ten minutes ahead is refused',
      expected,
      fix: isTimeChecked,
      needs: ['signed time'],
    },
    [{ kind: 'timestamp', how: 'offset', offsetSeconds: 600 }],
  ),
  refused(
    {
      name: 'no-timestamp',
      group,
      title: 'A request without its timestamp is refused',
      expected,
      fix: areHeadersChecked,
      needs: ['standard wire'],
    },
    [{ kind: 'timestamp', how: 'missing' }],
  ),
  refused(
    {
      name: 'timestamp-text',
      group,
      title: 'A timestamp that is not a number is refused',
      expected,
      fix: 'Take whole unix seconds only: NaN passes every comparison that asks whether it is too old.',
      needs: ['signed time'],
    },
    [{ kind: 'timestamp', how: 'text' }],
  ),
  preferablyRefused(
    {
      name: 'timestamp-milliseconds',
      group,
      title: 'A timestamp in milliseconds is refused',
      expected,
      fix: 'Take unix seconds only.',
      needs: ['signed time'],
    },
    [{ kind: 'timestamp', how: 'milliseconds' }],
  ),
  refused(
    {
      name: 'no-id',
      group,
      title: 'A request without its id is refused',
      expected,
      fix: areHeadersChecked,
      needs: ['signed id'],
    },
    [{ kind: 'idTrick', how: 'missing' }],
  ),
  refused(
    {
      name: 'doubled-id',
      group,
      title: 'Two ids in one request are refused',
      expected,
      fix: 'Read the id as it was signed: with a second line the header is another text.',
      needs: ['signed id'],
    },
    [{ kind: 'idTrick', how: 'duplicateLine' }],
  ),
  preferablyRefused(
    {
      name: 'dotted-id',
      group,
      title: 'An id with a dot is refused',
      expected,
      fix: 'Refuse ids with a dot: dots separate what is signed, so the same signature could be read in two ways.',
      needs: ['signed id'],
    },
    [{ kind: 'idTrick', how: 'dot' }],
  ),
  reusedId,
  otherMethod,
  answersSayNothing,
]
