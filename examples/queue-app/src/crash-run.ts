/**
 * Sends every event twice over HTTP to a receiver with four workers, and kills one worker with SIGKILL
 * halfway. Exits with 1 if an event was lost, or was run twice for a reason other than the kill.
 *
 * Usage: QUEUE=bullmq EVENTS=10000 npx pnpm@12 crash
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fixture, signedRequest } from '@ainexlayer/webhooks/testing'

const port = Number(process.env['PORT'] ?? 39_000 + (process.pid % 1000))
const secret = `whsec_${randomBytes(32).toString('base64')}`
const queue = process.env['QUEUE'] ?? 'bullmq'
Object.assign(process.env, {
  PORT: String(port),
  AINEXLAYER_WEBHOOK_SECRET: secret,
  NAMESPACE: `ainl_crash_${process.pid}`,
  // Long enough for the killed worker to be in the middle of something.
  WORK_MS: process.env['WORK_MS'] ?? '20',
  RECOVERY_SECONDS: process.env['RECOVERY_SECONDS'] ?? '10',
})
const count = Number(process.env['EVENTS'] ?? 10_000)
const patienceMs = 120_000

// Imported after the environment is set: both read it when they are loaded.
const { openEngine } = await import('./open-engine.ts')
const { startProcess, stopProcess } = await import('./processes.ts')

const engine = await openEngine()
await engine.setUp()
const receiver = await startProcess('receiver')
const workers = await Promise.all(Array.from({ length: 4 }, () => startProcess('worker')))

const ids = new Set<string>()
const deliveries = Array.from({ length: count }, () => {
  const event = fixture('chat.message')
  ids.add(event.id)
  return { id: event.id, body: JSON.stringify(event) }
}).flatMap((event) => [event, event])

const answers = new Map<number, number>()
const url = `http://127.0.0.1:${port}/webhooks/ainexlayer`
const deliver = async (message: { id: string; body: string }): Promise<void> => {
  for (;;) {
    const { status } = await fetch(url, await signedRequest({ ...message, secret }))
    answers.set(status, (answers.get(status) ?? 0) + 1)
    if (status < 300) return
    await sleep(200)
  }
}

let next = 0
const sendAll = async (): Promise<void> => {
  for (let delivery = deliveries[next++]; delivery; delivery = deliveries[next++]) {
    await deliver(delivery)
  }
}
const startedAt = performance.now()
const secondsSoFar = (): string => ((performance.now() - startedAt) / 1000).toFixed(1)
const sending = Promise.all(Array.from({ length: 32 }, sendAll)).then(() => {
  console.log(`${secondsSoFar()} s: all ${deliveries.length} deliveries are answered`)
})

while ((await engine.handled()) < count / 2) await sleep(50)
const [doomed] = workers
doomed?.kill('SIGKILL')
console.log(`${secondsSoFar()} s: killed worker ${doomed?.pid}, ${await engine.handled()} handled`)

await sending
let lastChange = performance.now()
let seen = -1
while (performance.now() - lastChange < patienceMs) {
  const [handled, open] = [await engine.handled(), await engine.open()]
  if (handled >= count && open === 0) break
  if (handled + open !== seen) lastChange = performance.now()
  seen = handled + open
  await sleep(200)
}
const finishedAt = secondsSoFar()
await Promise.all([receiver, ...workers].map(stopProcess))

const pidsOf = new Map<string, number[]>()
for (const { id, pid } of await engine.runs()) pidsOf.set(id, [...(pidsOf.get(id) ?? []), pid])
const lost = [...ids].filter((id) => !pidsOf.has(id)).length
const twice = [...pidsOf.values()].filter((pids) => pids.length > 1)
const unexplained = twice.filter((pids) => pids.filter((pid) => pid !== doomed?.pid).length > 1)
const left = await engine.open()
await engine.tearDown()
await engine.close()

const statuses = [...answers].map(([status, times]) => `${status} × ${times}`).join(', ')
const passed = lost === 0 && unexplained.length === 0 && left === 0
console.log(
  [
    `${queue}: ${count} events, each sent twice, 4 workers, 1 killed; ${finishedAt} s`,
    `  answers: ${statuses}`,
    `  handled ${pidsOf.size}, lost ${lost}, left in the queue ${left}`,
    `  run twice: ${twice.length}, of these not explained by the kill: ${unexplained.length}`,
    `  ${passed ? 'passed' : 'FAILED'}`,
  ].join('\n'),
)
process.exit(passed ? 0 : 1)
