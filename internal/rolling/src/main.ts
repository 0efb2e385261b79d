/**
 * A rolling deploy under traffic: processes of two versions of a service overlap, the newer of which handles one event
 * more, and the older ones are stopped with SIGTERM. Prints the result for each store, inline and queued, and exits with 1
 * if an event was lost or had its effect twice.
 *
 * Usage: npx pnpm@12 rolling --seconds 30 --per-second 100 --run redis,postgres,bullmq,pg-boss
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { answersLine, openStore, type StorePlace } from '@ainexlayer/webhooks-crash'
import { openQueue } from './queue-kind.ts'
import { startTraffic } from './traffic.ts'
import { startVersion, type VersionProcess } from './version-process.ts'

const { values } = parseArgs({
  options: {
    run: { type: 'string', default: 'redis,postgres,bullmq,pg-boss' },
    seconds: { type: 'string', default: '30' },
    'per-second': { type: 'string', default: '100' },
  },
})
const overlapMs = Number(values.seconds) * 1000
/** For how long each version runs without the other. */
const aloneMs = overlapMs / 6
/** How long the queue has for what the older workers put off, half a minute at a time. */
const patienceMs = 120_000

const redis = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
const postgres = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
const runs = new Map([
  ['redis', { kind: 'redis', url: redis, isQueued: false }],
  ['postgres', { kind: 'postgres', url: postgres, isQueued: false }],
  ['bullmq', { kind: 'redis', url: redis, isQueued: true }],
  ['pg-boss', { kind: 'postgres', url: postgres, isQueued: true }],
] as const)

const until = async (check: () => Promise<boolean>): Promise<void> => {
  const endsAt = performance.now() + patienceMs
  while (performance.now() < endsAt && !(await check())) await sleep(250)
}

const roll = async (name: string): Promise<boolean> => {
  const run = [...runs].find(([known]) => known === name)?.[1]
  if (run === undefined) throw new Error(`there is no ${name}: choose from ${[...runs.keys()]}`)
  const { kind, url, isQueued } = run
  const place: StorePlace = { kind, url, namespace: `ainl_rolling_${process.pid}` }
  const open = openStore(place)
  const queue = isQueued ? openQueue(place) : undefined
  await open.setUp()
  await queue?.setUp()

  const start = async (version: 1 | 2) => {
    const settings = { place, isQueued, version }
    const twice = (role: 'web' | 'worker') =>
      Promise.all([1, 2].map(() => startVersion({ ...settings, role })))
    return { web: await twice('web'), workers: isQueued ? await twice('worker') : [] }
  }
  const stop = async (processes: readonly VersionProcess[]): Promise<number> => {
    const clean = await Promise.all(processes.map((process) => process.stop()))
    return clean.filter((isClean) => !isClean).length
  }

  const older = await start(1)
  let web: readonly VersionProcess[] = older.web
  const startedAt = performance.now()
  const traffic = startTraffic(
    Number(values['per-second']),
    () => web[Math.floor(Math.random() * web.length)]?.url ?? '',
  )
  await sleep(aloneMs)
  const newer = await start(2)
  web = [...older.web, ...newer.web]
  await sleep(overlapMs)
  // Nobody tells the sender before: it meets processes that are closing, and closed ones.
  let unclean = await stop([...older.web, ...older.workers])
  web = newer.web
  await sleep(aloneMs)
  const sentForMs = performance.now() - startedAt
  await traffic.end()

  const { ids, answers } = traffic
  const handled = async () => new Set((await open.effects()).map(({ id }) => id)).size
  await until(async () => (await handled()) === ids.length)
  await until(async () => ((await queue?.open()) ?? 0) === 0)
  const effects = await open.effects()
  unclean += await stop([...newer.web, ...newer.workers])
  await queue?.tearDown()
  await queue?.close()
  await open.tearDown()
  await open.close()

  const seen = new Set(effects.map(({ id }) => id))
  const lost = ids.filter((id) => !seen.has(id)).length
  const doubled = effects.length - seen.size
  const oldPids = new Set([...older.web, ...older.workers].map(({ pid }) => pid))
  const byOlder = effects.filter(({ pid }) => oldPids.has(pid)).length
  const passed = lost === 0 && doubled === 0 && unclean === 0
  console.log(
    [
      `${name}: ${ids.length} events, ${Math.round(ids.length / (sentForMs / 1000))} a second, two versions together for ${values.seconds} s`,
      `  answers: ${answersLine(answers)}`,
      `  handled by the older version ${byOlder}, by the newer ${effects.length - byOlder}`,
      `  lost ${lost}, doubled ${doubled}, processes that left a handler unfinished ${unclean}: ${passed ? 'passed' : 'FAILED'}`,
    ].join('\n'),
  )
  return passed
}

let failed = 0
const names = values.run.split(',')
for (const name of names) if (!(await roll(name))) failed++
console.log(`rolling: ${names.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
