/**
 * Hostile traffic of every kind against each adapter in a process with a heap of 256 MB, beside a genuine sender.
 * Prints the figures, and exits with 1 when a genuine event was lost, doubled or late (by default more than a second), when
 * the process ended, when nobody caught an error, or when its memory grew.
 *
 * Usage: npx pnpm@12 hostile --seconds 60 --rate 50 --adapter express,hono
 */
import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Attack, attacks, type Target } from './attacks.ts'
import { sendGenuine } from './genuine-sender.ts'
import { startServer } from './server-process.ts'
import { type Adapter, adapters } from './server-report.ts'

const { values } = parseArgs({
  options: {
    adapter: { type: 'string', default: adapters.join(',') },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '50' },
    'late-ms': { type: 'string', default: '1000' },
  },
})

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`

/** The most that the process may hold beside its heap: bodies under way, buffers of sockets, code. */
const mostRss = 512 * 1024 * 1024

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** Repeats one kind of attack until the end. */
const keepUp = async (
  attack: Attack,
  target: Target,
  counts: Map<string, number>,
): Promise<void> => {
  while (!target.signal.aborted) {
    await attack.run(target)
    counts.set(attack.name, (counts.get(attack.name) ?? 0) + 1)
    await sleep(attack.pauseMs)
  }
}

const run = async (adapter: Adapter): Promise<boolean> => {
  const server = await startServer(adapter)
  const controller = new AbortController()
  // Each open connection listens to it.
  setMaxListeners(0, controller.signal)
  const target = { port: server.port, signal: controller.signal }
  const counts = new Map<string, number>()
  const attacking = attacks.flatMap((attack) =>
    Array.from({ length: attack.atOnce }, () => keepUp(attack, target, counts)),
  )
  let [rss, heap, blockedMs] = [0, 0, 0]
  const watching = (async () => {
    // The first second is the start of the process and of the attacks.
    await sleep(1_000)
    await server.sample()
    while (!controller.signal.aborted) {
      await sleep(250)
      const sample = await server.sample()
      if (sample === undefined) return
      rss = Math.max(rss, sample.rss)
      heap = Math.max(heap, sample.heap)
      blockedMs = Math.max(blockedMs, sample.blockedMs)
    }
  })()
  const sent = await sendGenuine(server.port, Number(values.rate), Number(values.seconds))
  controller.abort()
  await Promise.all([...attacking, watching])
  // The last reports are on their way.
  await server.sample()
  const hasEnded = server.hasEnded()
  await server.stop()

  const lost = sent.filter(({ id }) => !server.handledAt.has(id)).length
  const delays = sent
    .map(({ id, sentAt }) => (server.handledAt.get(id) ?? Number.POSITIVE_INFINITY) - sentAt)
    .sort((a, b) => a - b)
  const late = delays.filter((ms) => ms > Number(values['late-ms'])).length
  const refused = sent.reduce((sum, { failures }) => sum + failures, 0)
  const passed =
    !hasEnded &&
    lost === 0 &&
    late === 0 &&
    server.doubled.size === 0 &&
    server.uncaught.length === 0 &&
    rss < mostRss
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  console.log(
    [
      `${adapter}: ${sent.length} genuine events beside ${total} attacks of ${counts.size} kinds in ${values.seconds} s`,
      `  genuine: ${lost} lost, ${server.doubled.size} doubled, ${late} later than ${values['late-ms']} ms; median ${percentile(delays, 0.5).toFixed(0)} ms, p99 ${percentile(delays, 0.99).toFixed(0)} ms, ${refused} attempts had to be repeated`,
      `  process: ${hasEnded ? 'ENDED' : 'alive'}, ${megabytes(rss)} resident and ${megabytes(heap)} heap at most, event loop blocked for ${blockedMs.toFixed(0)} ms at most, ${server.uncaught.length} uncaught`,
      ...[...new Set(server.uncaught)].slice(0, 5).map((message) => `    ${message}`),
      `  ${passed ? 'passed' : 'FAILED'}`,
    ].join('\n'),
  )
  return passed
}

const isAdapter = (name: string): name is Adapter => adapters.some((adapter) => adapter === name)

let [passed, failed] = [0, 0]
for (const name of values.adapter.split(',')) {
  if (!isAdapter(name))
    throw new Error(`there is no adapter ${name}: choose from ${adapters.join(', ')}`)
  if (await run(name)) passed++
  else failed++
}
console.log(`hostile: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
