/**
 * Runs the same cases, unchanged, on every runtime, against the package as it is published: a copy of
 * `dist` in a separate folder. Prints one line for each runtime, and a line of counts.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'
import { askWorker } from '../ask-worker.mjs'
import { installRuntimes } from '../install-runtimes.mjs'

const here = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname)
const core = resolve(here, '../../../../packages/core')
const work = mkdtempSync(join(tmpdir(), 'ainexlayer-runtimes-'))
const runtimes = installRuntimes()

const installed = join(work, 'node_modules/@ainexlayer/webhooks')
mkdirSync(installed, { recursive: true })
cpSync(join(core, 'package.json'), join(installed, 'package.json'))
cpSync(join(core, 'dist'), join(installed, 'dist'), { recursive: true })
cpSync(join(core, 'node_modules/zod'), join(work, 'node_modules/zod'), {
  recursive: true,
  dereference: true,
})
writeFileSync(join(work, 'package.json'), '{"private":true,"type":"module"}')
cpSync(here, join(work, 'cases'), { recursive: true })

const common = { bundle: true, logLevel: 'error', absWorkingDir: work }
const print = "runCases().then((result) => console.log('RESULT ' + JSON.stringify(result)))"
const script = (format) =>
  build({
    ...common,
    stdin: {
      contents: `import { runCases } from './cases/cases.ts'\n${print}`,
      resolveDir: work,
      loader: 'ts',
    },
    external: ['@ainexlayer/*'],
    format,
    platform: 'neutral',
    outfile: join(work, `run.${format === 'esm' ? 'mjs' : 'cjs'}`),
  })
await script('esm')
await script('cjs')

const bundle = await build({
  ...common,
  stdin: {
    contents: `import { runCases } from './cases/cases.ts'\nexport default { fetch: async () => Response.json(await runCases()) }`,
    resolveDir: work,
    loader: 'ts',
  },
  conditions: ['workerd', 'worker', 'import'],
  format: 'esm',
  platform: 'neutral',
  outfile: join(work, 'worker.js'),
  metafile: true,
})
const nodeParts = [
  ...Object.values(bundle.metafile.outputs).flatMap(({ imports }) =>
    imports.map(({ path }) => path),
  ),
  ...(/(?<![\w$.])Buffer\b/.exec(readFileSync(join(work, 'worker.js'), 'utf8')) ?? []),
]

const parse = (output) =>
  JSON.parse(/RESULT (.*)/.exec(output)?.[1] ?? '{"passed":0,"failures":["it printed no result"]}')

const runScript = (binary, args, env = {}) => {
  const { stdout, stderr, error } = spawnSync(binary, args, {
    cwd: work,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 120_000,
  })
  const result = parse(stdout ?? '')
  return result.passed === 0
    ? { ...result, failures: [...result.failures, `${error ?? ''}${stderr ?? ''}`.slice(0, 2000)] }
    : result
}

const runWorker = async (flags) => {
  const { answer, said } = await askWorker(runtimes.workerd, join(work, 'worker.js'), flags)
  return answer ?? { passed: 0, failures: [`workerd did not answer: ${said}`] }
}

const runs = [
  ...['node-20', 'node-22', 'node-24', 'node-26'].flatMap((name) => [
    [`${name}, ESM`, () => runScript(runtimes[name], ['run.mjs'])],
    [`${name}, CJS`, () => runScript(runtimes[name], ['run.cjs'])],
  ]),
  [
    'node-20, WebCrypto build',
    () => runScript(runtimes['node-20'], ['--conditions=workerd', 'run.mjs']),
  ],
  ['bun', () => runScript(runtimes.bun, ['run.mjs'])],
  [
    'deno',
    () =>
      runScript(
        runtimes.deno,
        ['run', '--allow-all', '--no-remote', '--node-modules-dir=manual', 'run.mjs'],
        { DENO_NO_UPDATE_CHECK: '1' },
      ),
  ],
  ['workerd', () => runWorker([])],
  ['workerd, Node compatibility', () => runWorker(['nodejs_compat'])],
  [
    'the bundle for workers imports nothing of Node and knows no Buffer',
    () =>
      nodeParts.length === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: nodeParts },
  ],
]

let passed = 0
let failed = 0
for (const [name, run] of runs) {
  const result = await run()
  passed += result.passed
  failed += result.failures.length
  console.log(`${result.failures.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${result.passed} cases`)
  for (const failure of result.failures) console.log(`     ${failure}`)
}
rmSync(work, { recursive: true, force: true })
console.log(`runtimes: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
