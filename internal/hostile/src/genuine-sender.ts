import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fixture, signedRequest } from '@ainexlayer/webhooks/testing'

/** What became of one genuine event. */
export interface GenuineEvent {
  readonly id: string
  /** When it was first sent, on the clock of `performance.now()`. */
  readonly sentAt: number
  /** How many attempts were answered with something else than a 2xx, or not at all. */
  failures: number
}

const attempt = (
  port: number,
  agent: Agent,
  signed: Awaited<ReturnType<typeof signedRequest>>,
): Promise<number> =>
  new Promise((resolve) => {
    const sending = request(
      { port, host: '127.0.0.1', method: 'POST', agent, timeout: 5_000, headers: signed.headers },
      (response) => {
        response.resume().once('close', () => resolve(response.statusCode ?? 0))
      },
    )
    sending.once('timeout', () => sending.destroy())
    sending.once('error', () => resolve(0))
    sending.end(signed.body)
  })

/** Sends an event from the sender's own address, and again after 100 ms until the answer is a 2xx. */
const deliver = async (port: number, agent: Agent, sent: GenuineEvent[]): Promise<void> => {
  const event = fixture('chat.message')
  const body = JSON.stringify(event)
  const record: GenuineEvent = { id: event.id, sentAt: performance.now(), failures: 0 }
  sent.push(record)
  for (let tries = 0; tries < 100; tries++) {
    const headers = {
      'x-forwarded-for': '203.0.113.7',
      'content-length': `${Buffer.byteLength(body)}`,
    }
    const status = await attempt(port, agent, await signedRequest({ body, id: event.id, headers }))
    if (status >= 200 && status < 300) return
    record.failures++
    await sleep(100)
  }
}

/** Sends genuine events at a steady rate for as long as it is told, and waits for all of them. */
export const sendGenuine = async (
  port: number,
  perSecond: number,
  seconds: number,
): Promise<readonly GenuineEvent[]> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  const sent: GenuineEvent[] = []
  const startedAt = performance.now()
  const deliveries: Promise<void>[] = []
  for (let i = 0; i < perSecond * seconds; i++) {
    const due = startedAt + (i * 1000) / perSecond
    const early = due - performance.now()
    if (early > 0) await sleep(early)
    deliveries.push(deliver(port, agent, sent))
  }
  await Promise.all(deliveries)
  agent.destroy()
  return sent
}
