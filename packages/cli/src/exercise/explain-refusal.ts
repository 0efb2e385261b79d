import { createHmac } from 'node:crypto'
import { newMessageId } from '@ainexlayer/webhooks-sender'
import { sendRequest } from '../http/send-request.ts'
import type { World } from '../world/world.ts'
import type { Target } from './bench.ts'
import { type Answered, type Explanation, explainAnswer } from './explain-answer.ts'
import { mistakes, type ReceiverMistake } from './receiver-mistakes.ts'

/** How far the receiver's clock is ahead of this one, in seconds, by the Date header of its answer. */
export const skewOf = ({ response, startedAt }: Answered): number | undefined => {
  const date = Date.parse(response?.headers['date'] ?? '')
  if (Number.isNaN(date)) return undefined
  const ms = date - startedAt
  // The header leaves out the milliseconds.
  return ms > -1000 && ms <= 0 ? 0 : Math.round(ms / 1000)
}

const isOtherWire = (target: Pick<Target, 'wire'>): boolean =>
  target.wire.sending.kind !== 'standard-webhooks'

/** With these a receiver may refuse a signature; with any other it says something else. */
const mayBeSignature: readonly number[] = [400, 401, 403]

type Probed = Pick<Target, 'url' | 'secret' | 'wire' | 'timeoutMs'>

/** What the answer alone says, and the mistakes that probes may show beyond it. */
export interface FirstLook {
  readonly plain: Explanation
  /** Empty where they would say no more. */
  readonly probes: readonly ReceiverMistake[]
}

/** What is known about a refusal without asking the receiver anything. */
export const explainAtOnce = (target: Probed, attempt: Answered): FirstLook => {
  const plain = explainAnswer(attempt)
  if (plain.certain || !mayBeSignature.includes(attempt.response?.statusCode ?? 0)) {
    return { plain, probes: [] }
  }
  const isOurs = plain.code === 'invalid_signature'
  const skew = skewOf(attempt) ?? 0
  // Ours would have named the time.
  if (!isOurs && target.wire.signsTime && Math.abs(skew) > 240) {
    const finding = `the clock of the receiver is ${Math.abs(skew)} s ${skew > 0 ? 'ahead' : 'behind'}`
    const fix = 'Set the clock of the receiver (NTP): it takes the request for one of another time.'
    return { plain: { finding, fix, certain: false }, probes: [] }
  }
  if (isOtherWire(target)) return { plain, probes: [] }
  return { plain, probes: isOurs ? mistakes.filter(({ withSdk }) => withSdk) : mistakes }
}

/** Milliseconds for all probes together: longer nobody waits for a hint. */
const longestMs = 5000

/** A receiver that answers slowly is asked about several mistakes at once. */
const atOnce = 4

/** Whether the receiver takes a request with this mistake. */
const takes = async (
  target: Probed,
  world: World,
  { sign }: ReceiverMistake,
  timeoutMs: number,
): Promise<boolean> => {
  const id = newMessageId()
  const timestamp = String(Math.floor(world.clock.now() / 1000))
  const body = JSON.stringify({
    id,
    type: 'webhook.test',
    timestamp: new Date(world.clock.now()).toISOString(),
    data: {},
  })
  const key = target.secret.replace('whsec_', '')
  const hmac = (secret: string | Buffer, content: string) =>
    createHmac('sha256', secret).update(content)
  const headers = sign({ id, timestamp, body, key, hmac })
  const result = await sendRequest({
    url: target.url,
    headers: [['content-type', 'application/json'], ...Object.entries(headers)],
    body: Buffer.from(body),
    timeoutMs,
    signal: world.signal,
  })
  return result.ok && result.status >= 200 && result.status < 300
}

/** Makes mistakes in signatures until the receiver takes one, for five seconds at most. */
export const probe = async (
  target: Probed,
  world: World,
  { plain, probes }: FirstLook,
): Promise<Explanation> => {
  const began = performance.now()
  for (let at = 0; at < probes.length && !world.signal.aborted; at += atOnce) {
    const left = longestMs - (performance.now() - began)
    if (left <= 0) break
    const some = probes.slice(at, at + atOnce)
    const answers = await Promise.all(
      some.map((mistake) => takes(target, world, mistake, Math.min(left, target.timeoutMs))),
    )
    const found = some.find((_, index) => answers[index])
    if (found !== undefined) {
      return {
        ...plain,
        finding: `the receiver takes ${found.name}`,
        fix: found.fix,
        certain: true,
      }
    }
  }
  return plain
}

/**
 * Finds out why a genuine request was refused, from outside: makes the known mistakes of receivers in the signature,
 * and looks which of them the receiver takes. The requests are of type `webhook.test`, which no handler handles.
 */
export const explainRefusal = (
  target: Probed,
  world: World,
  attempt: Answered,
): Promise<Explanation> => probe(target, world, explainAtOnce(target, attempt))
