import { createReceiver } from '@ainexlayer/webhooks'
import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { verifyByHand } from '../hand-written.ts'
import { bodyOf } from '../payload.ts'
import { async, compare } from '../rounds.ts'
import { duration, type Table, times } from '../table.ts'

const key = Buffer.from(testSecret.slice('whsec_'.length), 'base64')
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

interface Delivery {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

/** The same work written by hand: verify, parse, validate, remember the id, run the handler, answer. */
const byHand = () => {
  const { schema } = ainexlayerEvents['chat.message']
  const seen = new Set<string>()
  return async ({ headers, body }: Delivery) => {
    if (!verifyByHand(headers, body, key)) return { status: 401 }
    const { type, data } = JSON.parse(Buffer.from(body).toString())
    if (type !== 'chat.message') return { status: 200 }
    const parsed = schema.safeParse(data)
    if (!parsed.success) return { status: 422 }
    const id = headers['webhook-id'] ?? ''
    if (seen.has(id)) return { status: 200 }
    seen.add(id)
    await Promise.resolve(parsed.data)
    return { status: 200 }
  }
}

const measure = async () => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on(
    'chat.message',
    () => {},
  )
  const hand = byHand()
  // Each delivery has its own id: nothing here is a duplicate.
  const body = bodyOf(1024)
  const deliveries: Delivery[] = []
  for (let n = 0; n < 50_000; n++) {
    const { headers } = await signedRequest({ body, id: `msg_bench_${n}` })
    deliveries.push({ method: 'POST', headers, body })
  }
  const each = (run: (delivery: Delivery) => Promise<unknown>) => {
    let next = 0
    return async () => {
      const delivery = deliveries[next++ % deliveries.length]
      return delivery === undefined ? undefined : run(delivery)
    }
  }
  return compare(
    [
      async('by hand: verify, parse, validate, a Set, the handler', each(hand)),
      async(
        'receiver.handle with the memory store',
        each((delivery) => receiver.handle(delivery)),
      ),
    ],
    { rounds: 15 },
  )
}

/** The time of `receiver.handle` relative to hand-written code. */
export const pipelineRatio = async (): Promise<number> => (await measure())[1]?.ratio ?? Number.NaN

/** A whole delivery without a server: `receiver.handle` compared with hand-written code. */
export const pipeline = async (): Promise<Table> => ({
  title: 'A whole delivery of 1 KiB, without a server',
  note: 'From headers and bytes to the answer. The receiver does more than the hand-written code: a lease with fencing, a fingerprint of the body, a deadline, hooks and a log.',
  columns: ['', 'time', 'ratio'],
  rows: (await measure()).map(({ name, ns, ratio }) => [name, duration(ns), times(ratio)]),
})
