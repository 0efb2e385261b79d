/**
 * SIGTERM during deliveries under way: each adapter, and each store. Everything that was sent is handled once, by the
 * process that is stopped or by the next one, and the process ends within its time. Prints a line for each,
 * and exits with 1 if an event was lost or had its effect twice, or if a process did not end well.
 *
 * Usage: npx pnpm@12 shutdown --deliveries 200
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { fixture } from '@ainexlayer/webhooks/testing'
import {
  type Answers,
  answersLine,
  deliverUntilDone,
  openStore,
  type StoreKind,
  type StorePlace,
  storeKinds,
} from '@ainexlayer/webhooks-crash'
import { type Adapter, adapters, startService } from './service-process.ts'

const { values } = parseArgs({ options: { deliveries: { type: 'string', default: '200' } } })
const deliveries = Number(values.deliveries)
/** Handlers that take longer than what is left after SIGTERM are told to stop, and run in the next process. */
const [workMs, timeoutMs] = [2000, 1000]
/** Beside `timeoutMs`: one second for handlers to stop, and what a busy machine takes to end a process. */
const mostMs = timeoutMs + 1000 + 3000

const folder = mkdtempSync(join(tmpdir(), 'ainl-shutdown-'))
const urlOf = (kind: StoreKind): string => {
  if (kind === 'redis') return process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
  if (kind.startsWith('sqlite')) return join(folder, `${kind}.db`)
  return process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
}

const shutDown = async (adapter: Adapter, kind: StoreKind): Promise<boolean> => {
  const namespace = `ainl_${process.pid}_${adapter}_${kind.replaceAll('-', '_')}`
  const place: StorePlace = { kind, url: urlOf(kind), namespace }
  const open = openStore(place)
  await open.setUp()
  const settings = { place, adapter, timeoutMs, workMs }
  const first = await startService(settings)
  const second = await startService(settings)
  let url = first.url
  const answers: Answers = new Map()
  const ids: string[] = []
  const sending = Array.from({ length: deliveries }, async () => {
    const event = fixture('chat.message')
    ids.push(event.id)
    await deliverUntilDone({ id: event.id, body: JSON.stringify(event) }, () => url, answers)
  })
  await sleep(300)
  const before = (await open.effects()).length
  const stopping = first.stop()
  // The sender goes on for a moment, as load balancers do, and meets the one that is closing.
  await sleep(200)
  url = second.url
  const { code, ms } = await stopping
  await Promise.all(sending)
  await second.stop()
  const effects = await open.effects()
  await open.tearDown()
  await open.close()
  const seen = new Set(effects.map(({ id }) => id))
  const lost = ids.filter((id) => !seen.has(id)).length
  const doubled = effects.length - seen.size
  const passed = lost === 0 && doubled === 0 && code === 0 && ms < mostMs
  console.log(
    [
      `${passed ? 'ok  ' : 'FAIL'} ${adapter} on ${kind}: ${deliveries} deliveries, ${before} handled before SIGTERM, ${lost} lost, ${doubled} twice`,
      `     ended with ${code} after ${Math.round(ms)} ms; answers: ${answersLine(answers)}`,
    ].join('\n'),
  )
  return passed
}

const runs: readonly (readonly [Adapter, StoreKind])[] = [
  ...adapters.map((adapter) => [adapter, 'redis'] as const),
  ...storeKinds.filter((kind) => kind !== 'redis').map((kind) => ['node', kind] as const),
]
let failed = 0
for (const [adapter, kind] of runs) if (!(await shutDown(adapter, kind))) failed++
rmSync(folder, { recursive: true })
console.log(`shutdown: ${runs.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
