/**
 * A process of its own for one forged request: receives it with `diagnose: true`, and prints how long the event
 * loop stood still and how much memory it took at most.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { diagnose } from '../../src/diagnose/index.ts'
import { createReceiver, sign } from '../../src/index.ts'

const kib = 1024
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** What a stranger may send, filled up to a size in bytes. */
const bodies: Readonly<Record<string, (size: number) => string>> = {
  'deep arrays, then numbers': (size) =>
    `${'['.repeat(600)}${'1,'.repeat(size / 2 - 601)}1${']'.repeat(600)}`,
  'nothing but brackets': (size) => `${'['.repeat(size / 2)}${']'.repeat(size / 2)}`,
  'nested objects': (size) => `${'{"":'.repeat(size / 5 - 1)}1${'}'.repeat(size / 5 - 1)}`,
  'many numbers': (size) => `[${'1e20,'.repeat(size / 5 - 1)}1]`,
  'many names': (size) =>
    `{${Array.from({ length: size / 12 - 1 }, (_, i) => `"${String(i).padStart(7, 'k')}":1`).join(',')}}`,
  'one huge string': (size) => `["${'\\"'.repeat(size / 2 - 3)}"]`,
  'quotes that never close': (size) => '"\\'.repeat(size / 2),
  'replacement characters': (size) => '\uFFFD'.repeat(size / 3),
  'line breaks': (size) => '\n'.repeat(size),
  'letters of Latin-1': (size) => `["${'é'.repeat(size / 2 - 2)}"]`,
}

const headersOf = async (kind: string): Promise<Record<string, string>> => {
  const headers = await sign({ id: 'x', signedAt: new Date(), body: 'another', secret })
  if (kind !== 'huge headers') return headers
  const one = `v1,${'A'.repeat(43)}=`
  return { ...headers, 'webhook-signature': Array(10_000).fill(one).join(' ') }
}

const [kind = '', size = '65536', entry = 'receiver'] = process.argv.slice(2)
const body = bodies[kind]?.(Number(size)) ?? 'x'.repeat(Number(size))
const headers = await headersOf(kind)
const logger = { info: () => {}, warn: () => {}, error: () => {} }

const explained = async (text: string, of: Record<string, string>): Promise<string | undefined> => {
  if (entry !== 'receiver') return (await diagnose({ headers: of, body: text, secret })).code
  return new Promise((resolve) => {
    const hooks = {
      onRejected: ({ diagnosis }: { diagnosis?: { code: string } }) => resolve(diagnosis?.code),
    }
    const receiver = createReceiver({ secret, logger, diagnose: true, hooks })
    receiver.handle({ method: 'POST', headers: of, body: text }).catch(console.error)
  })
}

// Once with a small body, so that loading and compiling the code is not taken for the request's work.
const warmedAt = performance.now()
await explained('{"a":1}', await headersOf(''))
// The pause after a diagnosis grows with the time that it took, which on a busy machine is long.
await wait(1100 + 10 * (performance.now() - warmedAt))
const memory = () => process.memoryUsage.rss()
globalThis.gc?.()
const [before, heapBefore] = [memory(), process.memoryUsage()]
let [peak, heapPeak] = [before, 0]
const heap = ({ heapUsed, external }: NodeJS.MemoryUsage): number => heapUsed + external
const sampling = setInterval(() => {
  peak = Math.max(peak, memory())
  heapPeak = Math.max(heapPeak, heap(process.memoryUsage()) - heap(heapBefore))
}, 1)
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

/**
 * The longest turn of the event loop, in milliseconds. On a busy machine the process waits for its turn as well:
 * that is no work of this request, so that a turn counts for no more than the time that was computed in it.
 */
let longestTurn = 0
let [turnAt, turnCpu] = [performance.now(), process.cpuUsage()]
const watchTurns = (): void => {
  const { user, system } = process.cpuUsage(turnCpu)
  longestTurn = Math.max(longestTurn, Math.min(performance.now() - turnAt, (user + system) / 1000))
  ;[turnAt, turnCpu] = [performance.now(), process.cpuUsage()]
  watching = setImmediate(watchTurns)
}
let watching = setImmediate(watchTurns)
const startedAt = performance.now()
const code = await explained(body, headers)
const tookMs = performance.now() - startedAt
await wait(5)
delay.disable()
clearInterval(sampling)
clearImmediate(watching)
const mb = (bytes: number): number => Math.round((bytes / kib / kib) * 10) / 10
console.log(
  JSON.stringify({
    code,
    tookMs: Math.round(tookMs),
    blockedMs: Math.round(longestTurn * 10) / 10,
    delayMs: Math.round(delay.max / 1e5) / 10,
    rssMb: mb(Math.max(peak, memory()) - before),
    heapMb: mb(heapPeak),
  }),
)
