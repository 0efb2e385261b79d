import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createSender } from '@ainexlayer/webhooks-sender'
import { median } from '../rounds.ts'
import { atRate, type Emitting, inGroups, oneByOne, type Run, runSender } from '../sender/run.ts'
import { type Table, times } from '../table.ts'

const rounds = 3
const deliveries = 10_000
const halfRateSeconds = 10

/** The built entry (`dist/index.js`) of another version of the sender, to be measured beside this one. */
const before = process.env['AINL_BENCH_SENDER_BEFORE']

/** How many deliveries the memory is watched over; 0, the default, for not at all. */
const memoryOver = Number(process.env['AINL_BENCH_SENDER_MEMORY'] ?? 0)

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`
const count = (n: number): string => Math.round(n).toLocaleString('en-GB')

interface Contender {
  readonly name: string
  readonly create: typeof createSender
  readonly emitting: Emitting
}

const contenders = async (): Promise<readonly Contender[]> => {
  const own = [
    { name: 'emitted one by one', create: createSender, emitting: oneByOne },
    { name: 'in groups of 100', create: createSender, emitting: inGroups },
  ]
  if (before === undefined) return own
  const { createSender: create } = (await import(
    pathToFileURL(before).href
  )) as typeof import('@ainexlayer/webhooks-sender')
  return [{ name: 'before, one by one', create, emitting: oneByOne }, ...own]
}

/** Memory, in a run of its own: 0 %, and every fifth of the deliveries. */
const memoryRows = ({ memory, delivered }: Run, columns: number): string[][] =>
  [0, 2, 4, 6, 8, 10].map((tenth) => [
    `memory (RSS) after ${count((delivered * tenth) / 10)}`,
    ...Array.from({ length: columns - 1 }, () => ''),
    megabytes(memory[tenth] ?? 0),
  ])

/** The throughput of the reference sender, with its state on disk: events one by one, and in groups. */
export const sender = async (): Promise<Table> => {
  const server = fork(fileURLToPath(new URL('../http/answering-server.ts', import.meta.url)))
  const [port] = (await once(server, 'message')) as [number]
  const url = `http://127.0.0.1:${port}/`
  const ways = await contenders()
  const runs = new Map<string, Run[]>(ways.map(({ name }) => [name, []]))
  try {
    for (const { create, emitting } of ways) {
      await runSender({ create, emitting, url, deliveries: deliveries / 5 })
    }
    for (let round = 0; round < rounds; round++) {
      for (const { name, create, emitting } of ways) {
        runs.get(name)?.push(await runSender({ create, emitting, url, deliveries }))
      }
    }
    const all = [...runs.values()]
    const row = (name: string, read: (run: Run) => number, show: (n: number) => string) => [
      name,
      ...all.map((measured) => show(median(measured.map(read)))),
    ]
    const [first = []] = all
    const ratio = (read: (run: Run) => number) =>
      all.map((measured) =>
        times(median(measured.map((run, round) => read(run) / read(first[round] ?? run)))),
      )
    const rate = median((all.at(-1) ?? []).map(({ perSecond }) => perSecond))
    const half = await runSender({
      create: createSender,
      emitting: atRate(rate / 2),
      url,
      deliveries: Math.round((rate / 2) * halfRateSeconds),
    })
    const atHalf = (name: string, value: string) => [name, ...all.slice(1).map(() => ''), value]
    const long =
      memoryOver > 0
        ? await runSender({ create: createSender, emitting: inGroups, url, deliveries: memoryOver })
        : undefined
    return {
      title: 'The reference sender',
      note: `To a bare server in another process on loopback, 64 at once, with the state in a SQLite file; the log keeps each delivery with its event and its attempt. ${rounds} rounds of ${count(deliveries)} deliveries, each way once in each; medians. Attempts are settled in groups in each column but \`before\`.`,
      columns: ['', ...ways.map(({ name }) => name)],
      rows: [
        row('delivered', ({ delivered }) => delivered, count),
        row(
          'rate, with emitting',
          ({ perSecond }) => perSecond,
          (n) => `${count(n)}/s`,
        ),
        ['rate, relative to the first', ...ratio(({ perSecond }) => perSecond)],
        row(
          'CPU time for a delivery',
          (run) => run.cpuMicroseconds,
          (n) => `${count(n)} µs`,
        ),
        ['CPU time, relative to the first', ...ratio((run) => run.cpuMicroseconds)],
        row(
          'emitting alone took',
          (run) => run.emittingSeconds,
          (n) => `${n.toFixed(1)} s`,
        ),
        row(
          'an attempt, median',
          ({ latencyMs }) => latencyMs.p50,
          (n) => `${n.toFixed(1)} ms`,
        ),
        row(
          'an attempt, p99',
          ({ latencyMs }) => latencyMs.p99,
          (n) => `${n.toFixed(1)} ms`,
        ),
        atHalf(
          `an attempt at ${count(rate / 2)}/s, half the rate: median`,
          `${half.latencyMs.p50.toFixed(1)} ms`,
        ),
        atHalf('an attempt at half the rate: p99', `${half.latencyMs.p99.toFixed(1)} ms`),
        row('memory (RSS) before', ({ memory }) => memory[0] ?? 0, megabytes),
        row(
          'memory (RSS) at its peak',
          ({ memory }) => Math.max(...memory.filter(Boolean)),
          megabytes,
        ),
        row(
          'a page of 100 from the log',
          ({ pageMs }) => pageMs,
          (n) => `${n.toFixed(1)} ms`,
        ),
        ...(long === undefined ? [] : memoryRows(long, ways.length)),
      ],
    }
  } finally {
    server.kill()
  }
}
