/**
 * Runs the trace cases on every Node version, because Node 26 makes the store of a channel active in another way, and
 * on Bun and Deno.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installRuntimes } from '../install-runtimes.mjs'

const runtimes = installRuntimes()
const script = join(import.meta.dirname, 'active-spans.mjs')
let failed = 0
for (const [name, before] of [
  ...['node-20', 'node-22', 'node-24', 'node-26', 'bun'].map((one) => [one, []]),
  ['deno', ['run', '--allow-all']],
]) {
  const { status } = spawnSync(runtimes[name], [...before, script, name], {
    stdio: 'inherit',
    timeout: 60_000,
  })
  if (status !== 0) failed++
}
process.exitCode = failed === 0 ? 0 : 1
