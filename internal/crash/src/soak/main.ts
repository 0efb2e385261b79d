/**
 * Thousands of deliveries with duplicates, retries and failing handlers, while receivers are killed with
 * SIGKILL. Prints the result for each store, and exits with 1 if an event was lost, or run twice without a
 * kill that explains it.
 *
 * Usage: npx pnpm@12 soak --store redis,postgres --deliveries 20000 --events 5000
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import { type Answers, answersLine } from '../deliver.ts'
import { openStore, type StoreKind, type StorePlace, storeKinds } from '../store-kind.ts'
import { newEvent } from './deliver.ts'
import { startFleet } from './fleet.ts'
import { judge } from './verdict.ts'

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'redis,postgres,postgres-transactional' },
    deliveries: { type: 'string', default: '20000' },
    events: { type: 'string', default: '5000' },
    receivers: { type: 'string', default: '4' },
    'failure-rate': { type: 'string', default: '0.05' },
    'kill-every-ms': { type: 'string', default: '3000' },
    'lease-ms': { type: 'string', default: '2000' },
  },
})

const folder = await mkdtemp(join(tmpdir(), 'ainl-soak-'))

const placeOf = (kind: StoreKind): StorePlace => {
  const namespace = `ainl_soak_${process.pid}`
  if (kind === 'redis') {
    return { kind, namespace, url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' }
  }
  if (kind.startsWith('postgres')) {
    const url = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
    return { kind, namespace, url }
  }
  return { kind, namespace, url: join(folder, `${kind}.db`) }
}

const shuffled = <Value>(list: readonly Value[]): Value[] =>
  list
    .map((value) => ({ value, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value)

const soak = async (kind: StoreKind): Promise<boolean> => {
  const place = placeOf(kind)
  const open = openStore(place)
  await open.setUp()
  const fleet = await startFleet(Number(values.receivers), Number(values['kill-every-ms']), {
    place,
    leaseMs: Number(values['lease-ms']),
    handler: 'work',
    failureRate: Number(values['failure-rate']),
  })
  const events = Array.from({ length: Number(values.events) }, newEvent)
  const copies = Math.ceil(Number(values.deliveries) / events.length)
  const deliveries = shuffled(
    events.flatMap((event) => Array.from({ length: copies }, () => event)),
  )
  const answers: Answers = new Map()
  const limit = pLimit(64)
  const startedAt = performance.now()
  await Promise.all(deliveries.map(({ deliver }) => limit(() => deliver(fleet.anyUrl, answers))))
  const seconds = (performance.now() - startedAt) / 1000
  await fleet.stop()
  const ids = events.map(({ id }) => id)
  const verdict = judge(ids, await open.effects(), fleet.kills)
  await open.tearDown()
  await open.close()

  const exact = !kind.endsWith('transactional') || verdict.rows === events.length
  const passed = verdict.missing === 0 && verdict.unexplained === 0 && exact
  console.log(
    [
      `${kind}: ${deliveries.length} deliveries of ${events.length} events in ${seconds.toFixed(0)} s, ${fleet.kills.length} kills`,
      `  answers: ${answersLine(answers)}`,
      `  effects: ${verdict.rows} rows, ${verdict.missing} missing, ${verdict.explained} double runs explained by a kill, ${verdict.unexplained} not explained`,
      `  ${passed ? 'passed' : 'FAILED'}`,
    ].join('\n'),
  )
  return passed
}

const isKind = (name: string): name is StoreKind => storeKinds.some((kind) => kind === name)

let failed = 0
for (const name of values.store.split(',')) {
  if (!isKind(name))
    throw new Error(`there is no store ${name}: choose from ${storeKinds.join(', ')}`)
  if (!(await soak(name))) failed++
}
await rm(folder, { recursive: true, force: true })
console.log(`soak: ${values.store.split(',').length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
