import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createReceiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { testSecret } from '@ainexlayer/webhooks/testing'
import type { ReceiverSettings, Report } from './receiver-process.ts'
import { openStore } from './store-kind.ts'

const settings: ReceiverSettings = JSON.parse(process.argv[2] ?? '')
const { handler, leaseMs, place, failureRate = 0 } = settings
const { store, setUp, leave } = openStore(place)
await setUp()

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const report = (what: Report): void => {
  process.send?.(what)
}
let finish = (): void => {}
const finished = new Promise<void>((resolve) => {
  finish = resolve
})
process.on('message', () => finish())

const block = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

const receiver = createReceiver({
  endpoint: 'default',
  secret: testSecret,
  logger: silent,
  store,
  leaseMs,
  // A cold pool on a busy machine is slow, and what is tested here is not how long a store may take.
  storeTimeoutMs: 5000,
})
receiver.on('*', async ({ id }, { run, signal, tx }) => {
  report({ kind: 'running', id, run })
  signal.addEventListener('abort', () => report({ kind: 'aborted', id }))
  if (handler === 'wait') await finished
  if (handler === 'block') {
    // The report must leave before the event loop is blocked.
    await sleep(20)
    block(3 * leaseMs)
  }
  if (handler === 'work') await sleep(Math.random() * 10)
  const fails = Math.random() < failureRate
  const failure = new Error('a handler that fails now and then')
  // In a transaction, a failure rolls the effect back; otherwise it must come before the effect.
  if (fails && tx === undefined) throw failure
  await leave(tx, { id, pid: process.pid, run, at: Date.now() })
  if (fails) throw failure
})

const server = createServer(nodeListener(receiver)).listen(0, '127.0.0.1', () =>
  report({ kind: 'listening', port: (server.address() as AddressInfo).port }),
)
// Ends when the test's process does, however that happens.
process.on('disconnect', () => process.exit())
