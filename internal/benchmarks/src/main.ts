/**
 * Measures every table of docs/performance.md in one run, prints it, and saves it as JSON.
 *
 * Usage: npx pnpm@12 bench [table …]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine } from './machine.ts'
import { markdown, type Table } from './table.ts'
import { coldStart } from './tables/cold-start.ts'
import { commandLine } from './tables/command-line.ts'
import { http } from './tables/http.ts'
import { memory } from './tables/memory.ts'
import { outage } from './tables/outage.ts'
import { pipeline } from './tables/pipeline.ts'
import { sameWork } from './tables/same-work.ts'
import { scale } from './tables/scale.ts'
import { sender } from './tables/sender.ts'
import { size } from './tables/size.ts'
import { stores } from './tables/stores.ts'
import { telemetry } from './tables/telemetry.ts'
import { transactions } from './tables/transactions.ts'
import { oddRequests, refuse, verifyAndParse, verifyOnly } from './tables/verify.ts'
import { workerd } from './tables/workerd.ts'

/** Set in the process of one table. */
const ownTable = 'AINL_BENCH_TABLE'

const tables: Readonly<Record<string, () => Promise<Table>>> = {
  verify: verifyOnly,
  parse: verifyAndParse,
  refuse,
  odd: oddRequests,
  workerd,
  pipeline,
  telemetry,
  http,
  'same-work': sameWork,
  scale,
  stores,
  transactions,
  start: coldStart,
  cli: commandLine,
  size,
  memory,
  sender,
  outage,
}

/** Measures one table in its own process, so that compiled code and memory of earlier tables do not affect it. */
const inOwnProcess = async (name: string): Promise<Table> => {
  const child = fork(fileURLToPath(import.meta.url), [name], {
    env: { ...process.env, [ownTable]: name },
  })
  const measured = once(child, 'message') as Promise<[Table]>
  const failed = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`the table ${name} exited with ${code}`)
  })
  await Promise.race([measured, failed])
  const [table] = await measured
  await failed
  return table
}

const own = tables[process.env[ownTable] ?? '']
if (own !== undefined) {
  const table = await own()
  process.send?.(table, () => process.exit())
} else {
  const asked = process.argv.slice(2)
  const unknown = asked.filter((name) => !Object.hasOwn(tables, name))
  if (unknown.length > 0) {
    console.error(
      `there is no table ${unknown.join(', ')}: choose from ${Object.keys(tables).join(', ')}`,
    )
    process.exit(2)
  }
  const about = { machine: machine(), at: new Date().toISOString() }
  console.log(`${about.machine}\n`)
  const results: Record<string, Table> = {}
  for (const name of asked.length > 0 ? asked : Object.keys(tables)) {
    const table = await inOwnProcess(name)
    results[name] = table
    console.log(markdown(table))
  }
  mkdirSync('results', { recursive: true })
  writeFileSync(
    'results/latest.json',
    `${JSON.stringify({ ...about, tables: results }, null, 2)}\n`,
  )
  console.log('JSON: internal/benchmarks/results/latest.json')
}
