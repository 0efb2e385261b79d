import { setTimeout as sleep } from 'node:timers/promises'
import { createReceiver } from '@ainexlayer/webhooks'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { openStore } from '@ainexlayer/webhooks-crash'
import { serve } from './serve.ts'
import type { ServiceSettings } from './service-process.ts'

const { place, adapter, timeoutMs, workMs }: ServiceSettings = JSON.parse(process.argv[2] ?? '')
const { store, leave, close } = openStore(place)

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const receiver = createReceiver({
  secret: testSecret,
  endpoint: 'billing',
  logger: silent,
  store,
  // What is looked at here is not how long a store may take.
  storeTimeoutMs: 5000,
})
receiver.on('*', async ({ id }, { run, tx, signal }) => {
  // One that is told to stop has not had its effect yet.
  await sleep(Math.random() * workMs, undefined, { signal })
  await leave(tx, { id, pid: process.pid, run, at: Date.now() })
})

const served = await serve(adapter, receiver, timeoutMs)
process.once('SIGTERM', async () => {
  await served.stop(timeoutMs)
  await close()
  process.exit()
})
// Ends when the run does, however that happens.
process.once('disconnect', () => process.exit())
process.send?.(served.port)
