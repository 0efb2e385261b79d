/**
 * Compares the public types of every package with the reports in `internal/api-reports`, so that a breaking change shows
 * in review: `npx pnpm@12 check:api`. With `--update` it writes them: `npx pnpm@12 update:api`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { apiReports } from './api-reports.mjs'
import { writeDeclarations } from './declared-api.mjs'
import { publicEntries } from './public-entries.mjs'

const root = resolve(import.meta.dirname, '../../..')
const kept = join(root, 'internal/api-reports')
const declarations = join(root, '.cache/api')
const isUpdate = process.argv.includes('--update')

/** What differs, as git shows it. */
const difference = (file, text) => {
  const fresh = join(declarations, file)
  writeFileSync(fresh, text)
  const before = existsSync(join(kept, file)) ? join(kept, file) : '/dev/null'
  const { stdout } = spawnSync('git', ['diff', '--no-index', '--no-color', before, fresh], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout.split('\n').slice(4).join('\n')
}

const entries = publicEntries(root)
writeDeclarations(root, entries, declarations)
const reports = apiReports(root, declarations, entries)
mkdirSync(kept, { recursive: true })
const old = new Set(readdirSync(kept).filter((file) => file.endsWith('.api.md')))
const current = (file, text) => old.has(file) && readFileSync(join(kept, file), 'utf8') === text

const stale = [...reports].filter(([file, text]) => !current(file, text))
const leftover = [...old].filter((file) => !reports.has(file))
if (isUpdate) {
  for (const [file, text] of stale) writeFileSync(join(kept, file), text)
  for (const file of leftover) rmSync(join(kept, file))
  console.log(
    `api: ${reports.size} reports, ${stale.length + leftover.length} written anew or removed`,
  )
} else {
  for (const [file, text] of stale) {
    console.log(`FAIL internal/api-reports/${file} is not what the sources export:`)
    console.log(difference(file, text))
  }
  for (const file of leftover)
    console.log(`FAIL internal/api-reports/${file} is the report of nothing`)
  const problems = stale.length + leftover.length
  if (problems > 0)
    console.log('Where the change is meant: npx pnpm@12 update:api, and commit the reports.')
  console.log(`api: ${reports.size} reports read, ${problems} problems`)
  process.exitCode = problems === 0 ? 0 : 1
}
rmSync(declarations, { recursive: true, force: true })
