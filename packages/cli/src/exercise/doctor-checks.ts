import { answerOf, type Check, failed, passed, preference } from './check.ts'
import { allChecks } from './checks.ts'
import { skewOf } from './explain-refusal.ts'

const redirect: Check = {
  name: 'redirect',
  group: 'compatibility',
  title: 'The address itself answers, and does not redirect',
  expected: 'no 3xx',
  fix: 'Register the address that it redirects to (http or https, with or without a slash at its end): senders do not follow.',
  isAlways: true,
  play: async (bench) => () => {
    const found = bench.attempts
      .map(answerOf)
      .find((answer) => Number(answer) >= 300 && Number(answer) < 400)
    return found === undefined ? passed('no 3xx') : failed(String(found))
  },
}

/** Half of the usual tolerance: beyond it a slow request is refused. */
const muchSkew = 150

const clock: Check = {
  name: 'clock',
  group: 'compatibility',
  title: 'Its clock agrees with this one',
  expected: 'within some seconds',
  fix: 'Set the clock of the receiver (NTP): signatures are good for five minutes.',
  isAlways: true,
  play: async (bench) => () => {
    const [first] = bench.attempts
    const skew = first === undefined ? undefined : skewOf(first)
    if (skew === undefined) return { skipped: 'its answers have no Date header' }
    const came = `${Math.abs(skew)} s ${skew < 0 ? 'behind' : 'ahead'}`
    if (Math.abs(skew) > 300) return failed(came)
    return Math.abs(skew) > muchSkew ? preference(came) : passed(came)
  },
}

const named = [
  'genuine',
  'json-spelling',
  'wrong-secret',
  'malformed-signature',
  'stale',
  'unknown-event',
  'duplicate',
  'in-flight',
  'large-event',
  'in-time',
]

/** A few questions to an endpoint, in the order in which one would ask them. */
export const doctorChecks: readonly Check[] = [
  redirect,
  clock,
  ...named.flatMap((name) => allChecks.filter((check) => check.name === name)),
]
