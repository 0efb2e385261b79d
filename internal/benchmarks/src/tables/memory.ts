import { setTimeout as sleep } from 'node:timers/promises'
import { createReceiver, memoryStore } from '@ainexlayer/webhooks'
import { signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { bodyOf } from '../payload.ts'
import type { Table } from '../table.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const loadSeconds = 60

const heapAfterGc = async (): Promise<number> => {
  for (let pass = 0; pass < 3; pass++) {
    globalThis.gc?.()
    await sleep(20)
  }
  return process.memoryUsage().heapUsed
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`

/** The memory that the memory store needs for a million keys, and whether a receiver grows under load. */
export const memory = async (): Promise<Table> => {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  const keys = 1_000_000
  const before = await heapAfterGc()
  const store = memoryStore({ maxKeys: keys })
  for (let n = 0; n < keys; n++) {
    const owner = { key: `default:msg_2KWPBgLlAfxdpx2AI54p${n}`, token: `token-${n}` }
    const fingerprint = `${n}`.padStart(64, '0')
    await store.claim({ ...owner, fingerprint, leaseMs: 60_000, retentionMs: 600_000 })
    await store.complete({ ...owner, result: null })
  }
  const full = (await heapAfterGc()) - before
  // Used once more, so that it is not collected before it is measured.
  await store.forget?.('none')

  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    store: memoryStore({ maxKeys: 10_000 }),
  }).on('*', () => {})
  const body = bodyOf(1024)
  const heaps: number[] = []
  let handled = 0
  const until = performance.now() + loadSeconds * 1000
  for (let mark = 0; performance.now() < until; ) {
    for (let n = 0; n < 2000; n++) {
      await receiver.handle(await signedRequest({ body, id: `msg_memory_${handled++}` }))
    }
    // The store is full after the first 10,000: from then on the heap must not grow.
    if (
      handled >= 20_000 &&
      performance.now() > until - loadSeconds * 1000 + (mark * loadSeconds * 1000) / 6
    ) {
      heaps.push(await heapAfterGc())
      mark++
    }
  }
  heaps.push(await heapAfterGc())
  return {
    title: 'Memory',
    note: `The heap after garbage collection. The receiver ran ${handled.toLocaleString('en-GB')} deliveries in ${loadSeconds} seconds, with a store of at most 10,000 keys.`,
    columns: ['', 'heap'],
    rows: [
      [`memory store, ${keys.toLocaleString('en-GB')} keys`, megabytes(full)],
      ['for each key', `${Math.round(full / keys)} B`],
      ...heaps.map((heap, index) => [`receiver under load, reading ${index + 1}`, megabytes(heap)]),
    ],
  }
}
