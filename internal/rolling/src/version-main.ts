import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createReceiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { openStore } from '@ainexlayer/webhooks-crash'
import { openQueue } from './queue-kind.ts'
import type { VersionSettings } from './version-process.ts'

const { place, role, isQueued, version }: VersionSettings = JSON.parse(process.argv[2] ?? '')
const { store, leave, close } = openStore(place)
const queue = isQueued ? openQueue(place) : undefined

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const receiver = createReceiver({
  secret: testSecret,
  endpoint: 'billing',
  logger: silent,
  store,
  leaseMs: 20_000,
  // On a busy machine: what is looked at here is not how long a store may take.
  storeTimeoutMs: 5000,
  dispatchTimeoutMs: 5000,
  // What the older version does not know yet must come again; a worker puts it off.
  unhandled: role === 'web' ? 'reject' : 'ack',
  ...(role === 'web' && queue !== undefined ? { dispatch: queue.dispatch } : {}),
})
const handle = async (
  { id }: { readonly id: string },
  { run, tx }: { run: number; tx: unknown },
) => {
  await sleep(Math.random() * 20)
  await leave(tx, { id, pid: process.pid, run, at: Date.now() })
}
receiver.on('chat.message', handle)
// The reason for the deploy: a handler for one event more.
if (version === 2) receiver.on('document.processed', handle)

const worker = role === 'worker' ? await queue?.startWorker(receiver) : undefined
const server = createServer(nodeListener(receiver))

const stop = async (): Promise<void> => {
  const [{ left }] = await Promise.all([receiver.close({ timeoutMs: 8000 }), worker?.close()])
  server.close()
  server.closeAllConnections()
  await queue?.close()
  await close()
  process.exit(left.length === 0 ? 0 : 1)
}
process.once('SIGTERM', () => void stop())
// Ends when the run does, however that happens.
process.once('disconnect', () => process.exit())

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
