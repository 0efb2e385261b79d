/**
 * Measures every table of docs/performance.md in one run, and prints it; JSON goes beside it.
 *
 * Usage: npx pnpm@12 bench [table …]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { machine } from './machine.ts'
import { markdown, type Table } from './table.ts'
import { coldStart } from './tables/cold-start.ts'
import { http } from './tables/http.ts'
import { memory } from './tables/memory.ts'
import { outage } from './tables/outage.ts'
import { pipeline } from './tables/pipeline.ts'
import { sender } from './tables/sender.ts'
import { size } from './tables/size.ts'
import { stores } from './tables/stores.ts'
import { oddRequests, refuse, verifyAndParse, verifyOnly } from './tables/verify.ts'
import { workerd } from './tables/workerd.ts'

const tables: Readonly<Record<string, () => Promise<Table>>> = {
  verify: verifyOnly,
  parse: verifyAndParse,
  refuse,
  odd: oddRequests,
  workerd,
  pipeline,
  http,
  stores,
  start: coldStart,
  size,
  memory,
  sender,
  outage,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(tables, name))
if (unknown.length > 0) {
  console.error(`no table is called ${unknown.join(', ')}: ${Object.keys(tables).join(', ')}`)
  process.exit(2)
}

const about = { machine: machine(), at: new Date().toISOString() }
console.log(`${about.machine}\n`)
const results: Record<string, Table> = {}
for (const [name, measure] of Object.entries(tables)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const table = await measure()
  results[name] = table
  console.log(markdown(table))
}
mkdirSync('results', { recursive: true })
writeFileSync('results/latest.json', `${JSON.stringify({ ...about, tables: results }, null, 2)}\n`)
console.log('JSON: benchmarks/results/latest.json')
