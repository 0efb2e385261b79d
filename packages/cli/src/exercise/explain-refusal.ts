import { createHmac } from 'node:crypto'
import { newMessageId } from '@ainexlayer/webhooks-sender'
import { sendRequest } from '../http/send-request.ts'
import type { World } from '../world/world.ts'
import type { Target } from './bench.ts'
import { type Answered, type Explanation, explainAnswer } from './explain-answer.ts'
import { mistakes } from './receiver-mistakes.ts'

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

/**
 * Finds out why a genuine request was refused, from outside: makes the known mistakes of receivers in the signature,
 * and looks which of them the receiver takes. The requests are of type `webhook.test`, which no handler handles.
 */
export const explainRefusal = async (
  target: Pick<Target, 'url' | 'secret' | 'wire' | 'timeoutMs'>,
  world: World,
  attempt: Answered,
): Promise<Explanation> => {
  const plain = explainAnswer(attempt)
  const status = attempt.response?.statusCode ?? 0
  if (plain.certain || status < 400 || status >= 500 || status === 404 || status === 405) {
    return plain
  }
  const skew = skewOf(attempt) ?? 0
  if (Math.abs(skew) > 240) {
    return {
      came: `; its clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead' : 'behind'}`,
      fix: 'Set the clock of the receiver (NTP): it takes the request for one of another time.',
      certain: false,
    }
  }
  if (isOtherWire(target)) return plain
  const key = target.secret.replace('whsec_', '')
  for (const { name, fix, sign } of mistakes) {
    if (world.signal.aborted) break
    const id = newMessageId()
    const timestamp = String(Math.floor(world.clock.now() / 1000))
    const body = JSON.stringify({
      id,
      type: 'webhook.test',
      timestamp: new Date(world.clock.now()).toISOString(),
      data: {},
    })
    const hmac = (secret: string | Buffer, content: string) =>
      createHmac('sha256', secret).update(content)
    const headers = sign({ id, timestamp, body, key, hmac })
    const result = await sendRequest({
      url: target.url,
      headers: [['content-type', 'application/json'], ...Object.entries(headers)],
      body: Buffer.from(body),
      timeoutMs: target.timeoutMs,
      signal: world.signal,
    })
    if (result.ok && result.status >= 200 && result.status < 300) {
      return { came: `; it takes ${name}`, fix, certain: true }
    }
  }
  return plain
}
