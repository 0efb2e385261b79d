/** Runs the store cases on node:sqlite, on every Node version that has it (20 does not). */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installRuntimes } from '../install-runtimes.mjs'

const runtimes = installRuntimes()
const script = join(import.meta.dirname, 'node-sqlite.mjs')
let failed = 0
for (const name of ['node-22', 'node-24', 'node-26']) {
  const { status } = spawnSync(runtimes[name], ['--no-warnings', script], {
    stdio: 'inherit',
    timeout: 60_000,
  })
  if (status !== 0) failed++
}
process.exitCode = failed === 0 ? 0 : 1
