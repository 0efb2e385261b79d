import { setTimeout as sleep } from 'node:timers/promises'
import { createReceiver } from '@ainexlayer/webhooks'
import type { IdempotencyStore, TransactionalStore } from '@ainexlayer/webhooks/store'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'

/** What happened to the events of a failover. */
export interface FailoverCount {
  readonly events: number
  /** Attempts that were not answered 2xx. */
  readonly refused: number
  /** Events that were never answered 2xx. */
  readonly lost: number
  /** Runs that another run of the same event had already succeeded before. */
  readonly again: number
  /** Those of them whose first run was over for more than the given time when the server was killed. */
  readonly againAfterRest: number
  /** The longest time without an event that was handled, in milliseconds. */
  readonly pauseMs: number
}

/** A server that is killed, and its replacement. */
export interface Failover {
  readonly kill: () => Promise<void>
  /** Waits until another server has taken its place. */
  readonly failedOver: () => Promise<void>
}

/** The failover, and how it is measured. */
export interface FailoverPlan extends Failover {
  readonly stores: readonly (IdempotencyStore | TransactionalStore<unknown>)[]
  /** What each handler does, through `tx` where there is one. */
  readonly effect?: (id: string, tx: unknown) => Promise<unknown>
  /** An event that was handled this long before the server was killed must not run again, in milliseconds. */
  readonly restMs: number
}

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const perSecond = 50
const beforeMs = 2000
const afterMs = 1500
const giveUpMs = 40_000

/** Sends at a steady rate before a server is killed, until it is replaced, and after; resolves when all sends are over. */
export const sendThroughFailover = async (
  { kill, failedOver }: Failover,
  send: (index: number) => Promise<void>,
): Promise<{ readonly killedAt: number; readonly sent: number }> => {
  const sending: Promise<void>[] = []
  const stream = async (isOver: () => boolean): Promise<void> => {
    while (!isOver()) {
      sending.push(send(sending.length))
      await sleep(1000 / perSecond)
    }
  }
  const startedAt = performance.now()
  await stream(() => performance.now() - startedAt > beforeMs)
  const killedAt = performance.now()
  await kill()
  let endsAt = Number.POSITIVE_INFINITY
  const taking = failedOver().finally(() => {
    endsAt = performance.now() + afterMs
  })
  await stream(() => performance.now() > endsAt)
  await taking
  await Promise.all(sending)
  return { killedAt, sent: sending.length }
}

/**
 * Delivers events to receivers that share a store, kills a server in the middle, and sends each event until it gets a
 * 2xx. When all have one, it sends each once more, as a sender does whose answers were lost.
 */
export const deliverThroughFailover = async (plan: FailoverPlan): Promise<FailoverCount> => {
  const { stores, effect, restMs } = plan
  const handledAt = new Map<string, number[]>()
  const receivers = stores.map((store) =>
    createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger: silent,
      store,
      leaseMs: 2000,
      storeTimeoutMs: 1000,
    }).on('*', async ({ id }, { tx }) => {
      await effect?.(id, tx)
      handledAt.set(id, [...(handledAt.get(id) ?? []), performance.now()])
    }),
  )
  let refused = 0
  let lost = 0
  const requests: Awaited<ReturnType<typeof signedRequest>>[] = []
  const send = async (index: number): Promise<void> => {
    const event = { ...fixture('chat.message'), id: `msg_${crypto.randomUUID()}` }
    const request = await signedRequest({ event })
    requests[index] = request
    const until = performance.now() + giveUpMs
    for (let attempt = 0; performance.now() < until; attempt++) {
      const { status } =
        (await receivers[(index + attempt) % receivers.length]?.handle(request)) ?? {}
      if (status === 200) return
      refused++
      await sleep(200)
    }
    lost++
  }
  const { killedAt, sent } = await sendThroughFailover(plan, send)
  const times = [...handledAt.values()].flat().sort((one, other) => one - other)
  const pauseMs = Math.max(0, ...times.map((at, index) => at - (times[index - 1] ?? at)))
  for (const [index, request] of requests.entries()) {
    const receiver = receivers[index % receivers.length]
    while ((await receiver?.handle(request))?.status === 409) await sleep(200)
  }
  const repeated = [...handledAt.values()].filter((runs) => runs.length > 1)
  return {
    events: sent,
    refused,
    lost: lost + (sent - handledAt.size),
    again: repeated.reduce((sum, runs) => sum + runs.length - 1, 0),
    againAfterRest: repeated.filter(([first = 0]) => first < killedAt - restMs).length,
    pauseMs: Math.round(pauseMs),
  }
}
