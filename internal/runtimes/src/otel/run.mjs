/**
 * Runs the trace cases on every Node version, because Node 26 makes the store of a channel active in another way, on Bun
 * and Deno, and on workerd with and without Node compatibility.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { build } from 'esbuild'
import { askWorker } from '../ask-worker.mjs'
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

const work = mkdtempSync(join(tmpdir(), 'ainexlayer-otel-worker-'))
const names = builtinModules.filter((one) => !one.startsWith('_') && !one.startsWith('node:'))
const bundle = async (entry, options = {}) => {
  const outfile = join(work, entry)
  await build({
    stdin: {
      contents: `import { answer } from './${entry}'
export default { fetch: async () => Response.json(await answer()) }`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    conditions: ['workerd', 'worker', 'import'],
    mainFields: ['browser', 'module', 'main'],
    logLevel: 'error',
    outfile,
    ...options,
  })
  return outfile
}

// The SDK names Node's modules without `node:`, and its context manager requires them.
const withNode = await bundle('worker.mjs', {
  alias: Object.fromEntries(names.map((one) => [one, `node:${one}`])),
  external: ['node:*'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire('/')",
  },
})
const compatible = await askWorker(runtimes.workerd, withNode, ['nodejs_compat'])
const { passed, failures } = compatible.answer ?? { passed: 0, failures: [compatible.said] }
for (const failure of failures) console.log(`     ${failure}`)
console.log(
  `active spans on workerd, Node compatibility: ${passed} passed, ${failures.length} failed`,
)
if (failures.length > 0) failed++

const plain = await askWorker(runtimes.workerd, await bundle('plain-worker.mjs'), [])
const isPlainRight = isDeepStrictEqual(plain.answer, {
  instrumented: 'option_invalid',
  spans: ['handle default', 'claim', 'handler user.login', 'complete'],
})
if (!isPlainRight) {
  console.log(`     ${JSON.stringify(plain)}`)
  failed++
}
console.log(
  `spans on workerd, without: ${isPlainRight ? 'those of otelChannels, and a clear error of instrumentWebhooks' : 'FAIL'}`,
)
rmSync(work, { recursive: true, force: true })
process.exitCode = failed === 0 ? 0 : 1
