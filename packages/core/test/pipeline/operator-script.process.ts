/** A script of an operator with nothing else to keep it alive: replays an event, and prints what became of it. */
import { createReceiver, memoryStore } from '../../src/index.ts'
import { toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const [kind] = process.argv.slice(2)
const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const options = { endpoint: 'default', secret: testSecret, logger: quiet, storeTimeoutMs: 50 }
const jobs: unknown[] = []
const dispatch = async (delivery: Parameters<typeof toJob>[0]) => void jobs.push(toJob(delivery))
const receiver = createReceiver({ ...options, dispatch })
await receiver.handle(await signedRequest({ event: fixture('chat.message') }))

const store = memoryStore()
let tries = 0
const busyAtFirst = async (claim: Parameters<typeof store.complete>[0]) => {
  if (tries++ === 0) throw new Error('the database is busy')
  return store.complete(claim)
}
const silent = () => new Promise<never>(() => {})
const broken = kind === 'busy' ? { complete: busyAtFirst } : { claim: silent }
const worker = createReceiver({ ...options, store: { ...store, ...broken } }).on('*', () => {})
console.log((await worker.work(jobs[0])).outcome)
