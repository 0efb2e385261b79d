/**
 * The licences of everything that comes along when a published package is installed: held against the allow list, and
 * to the table in production-dependencies.md, which `--write` makes anew. What is built into a package must stand in
 * its notice, word by word.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { publishedPackages } from '@ainexlayer/webhooks-checks/published-packages'
import { isAllowed } from './allowed-licences.mjs'
import { builtIn, noticeProblems } from './built-in-code.mjs'
import { installedFolders, licenceOf, manifestIn } from './installed-manifest.mjs'
import { differingRows, licencePage, readRecordedLicences, tableOf } from './licence-table.mjs'
import { productionGraph } from './production-graph.mjs'
import { licenceInRegistry } from './registry-licence.mjs'

const root = resolve(import.meta.dirname, '../../..')
const write = process.argv.includes('--write')
const problems = []

const folders = installedFolders(root)
const recorded = readRecordedLicences()

/** A build for another system is not installed here: its licence is the recorded one, or that of the registry. */
const licenceFor = ({ id }) => {
  const folder = folders.get(id)
  if (folder !== undefined) return licenceOf(manifestIn(folder))
  return recorded.get(id) ?? (write ? licenceInRegistry(id) : undefined)
}

const rows = new Map()
for (const { self, others } of productionGraph(root)) {
  for (const one of others) {
    if (one.folder !== undefined) continue
    const row = rows.get(one.id) ?? { id: one.id, licence: licenceFor(one), users: [] }
    row.users.push(self.name)
    rows.set(one.id, row)
  }
}
for (const { folder, manifest } of publishedPackages(root)) {
  for (const id of builtIn(folder)) {
    const row = rows.get(id) ?? { id, licence: licenceFor({ id }), users: [] }
    row.users.push(`${manifest.name} (built in)`)
    rows.set(id, row)
  }
  for (const problem of noticeProblems(folder, Object(manifest.files), folders))
    problems.push(`${manifest.name}: ${problem}`)
  if (manifest.license !== 'MIT') problems.push(`${manifest.name}: its licence is not MIT`)
}

const list = [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
const isRefused = ({ licence }) => licence !== undefined && !isAllowed(licence)
for (const { id, licence, users } of list) {
  if (licence === undefined)
    problems.push(`${id}: its licence is not known here: npx pnpm@12 check:licenses --write`)
  else if (isRefused({ licence }))
    problems.push(`${id}, for ${users.join(', ')}: ${licence} is not in allowed-licences.mjs`)
}

// The page tells of what is allowed: a refused row would look as if somebody had agreed to it.
const table = tableOf(list.filter((row) => !isRefused(row)))
const page = existsSync(licencePage) ? readFileSync(licencePage, 'utf8') : ''
if (write) writeFileSync(licencePage, table)
else if (page !== table)
  problems.push(
    [
      'production-dependencies.md is not current: npx pnpm@12 check:licenses --write',
      ...differingRows(page, table),
    ].join('\n     '),
  )

const counts = new Map()
for (const { licence } of list) counts.set(licence, (counts.get(licence) ?? 0) + 1)
for (const problem of problems) console.log(`FAIL ${problem}`)
console.log(`licences: ${[...counts].map(([name, many]) => `${many} ${name}`).join(', ')}`)
console.log(`licences: ${list.length} packages read, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
