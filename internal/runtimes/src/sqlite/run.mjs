/** Runs the conformance list on node:sqlite, which Node 20 does not have: on the later ones. */
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
