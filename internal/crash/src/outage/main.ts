/**
 * Takes each store away under traffic, for half a minute. Prints what was answered and what was logged, and exits with
 * 1 if an event was lost or handled twice, or if the log was flooded.
 *
 * Usage: npx pnpm@12 outage --seconds 30 --per-second 100 --store redis,postgres
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { type StoreKind, storeKinds } from '../store-kind.ts'
import { openBrokenStore } from './broken-store.ts'
import { countingLogger } from './counting-logger.ts'

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: storeKinds.join(',') },
    seconds: { type: 'string', default: '30' },
    'per-second': { type: 'string', default: '100' },
  },
})
const outageMs = Number(values.seconds) * 1000
const everyMs = 1000 / Number(values['per-second'])
/** A few kilobytes, whatever the rate: a line for each code at once, and then a sum every ten seconds. */
const mostBytes = 16 * 1024

const outage = async (kind: StoreKind) => {
  const broken = await openBrokenStore(kind, `ainl_outage_${process.pid}`)
  const logger = countingLogger()
  const runs = new Map<string, number>()
  const receiver = createReceiver({
    secret: testSecret,
    endpoint: 'billing',
    store: broken.open.store,
    leaseMs: 5000,
    logger,
  }).on('*', ({ id }) => {
    runs.set(id, (runs.get(id) ?? 0) + 1)
  })

  const events: (readonly [string, Awaited<ReturnType<typeof signedRequest>>])[] = []
  const statuses = new Map<number, number>()
  const undone = new Set<number>()
  const attempt = async (index: number): Promise<void> => {
    const request = events[index]?.[1]
    if (request === undefined) return
    const { status } = await receiver.handle(request)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status === 200) undone.delete(index)
    else undone.add(index)
  }
  const newEvent = async (): Promise<void> => {
    const event = { ...fixture('chat.message'), id: `msg_${crypto.randomUUID()}` }
    events.push([event.id, await signedRequest({ event })])
    await attempt(events.length - 1)
  }
  const stream = async (ms: number): Promise<Promise<void>[]> => {
    const sending: Promise<void>[] = []
    const endsAt = performance.now() + ms
    while (performance.now() < endsAt) {
      sending.push(newEvent())
      await sleep(everyMs)
    }
    return sending
  }

  await Promise.all(await stream(1000))
  broken.cut()
  const sending = await stream(outageMs)
  broken.mend()
  const mendedAt = performance.now()
  await newEvent()
  while (undone.has(events.length - 1)) await attempt(events.length - 1)
  const backMs = performance.now() - mendedAt
  await Promise.all(sending)
  // The sender's retries; a claim that reached the store without an answer is given back, or its lease ends.
  for (const endsAt = performance.now() + 60_000; undone.size > 0 && performance.now() < endsAt; ) {
    for (const index of [...undone]) await attempt(index)
    if (undone.size > 0) await sleep(200)
  }
  // The last sums are written.
  await sleep(11_000)
  await broken.close()

  const answers = [...statuses].sort().map(([status, count]) => `${status}: ${count}`)
  const twice = [...runs.values()].filter((count) => count > 1).length
  const lost = events.length - runs.size
  const { entries, lines, bytes } = logger
  return {
    store: kind,
    events: events.length,
    answers: answers.join(', '),
    'log entries': entries,
    lines,
    bytes,
    'back after ms': Math.round(backMs),
    lost,
    twice,
    ok: lost === 0 && twice === 0 && bytes <= mostBytes,
  }
}

const isKind = (name: string): name is StoreKind => storeKinds.some((kind) => kind === name)

const rows = []
for (const name of values.store.split(',')) {
  if (!isKind(name)) throw new Error(`there is no store ${name}: choose from ${storeKinds}`)
  rows.push(await outage(name))
}
console.table(rows)
const failed = rows.filter(({ ok }) => !ok).length
console.log(`outage of ${values.seconds} s: ${rows.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
