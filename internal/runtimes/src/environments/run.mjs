/**
 * Runs the same cases, unchanged, in the test environments that users have, against the package as it is published: a
 * copy of `dist` in a separate folder. Prints one line for each environment, and a line of counts.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { installPackages } from '../install-packages.mjs'
import { installRuntimes } from '../install-runtimes.mjs'

const here = import.meta.dirname
const core = resolve(here, '../../../../packages/core')
const { bun } = installRuntimes()
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** A folder with the package, the cases and one test file, beside a runner's own `node_modules`. */
const project = async (name, packages, needed, testFile, files = {}) => {
  const work = join(installPackages(`environments/${name}`, packages, needed), 'work')
  rmSync(work, { recursive: true, force: true })
  const installed = join(work, 'node_modules/@ainexlayer/webhooks')
  mkdirSync(installed, { recursive: true })
  cpSync(join(core, 'package.json'), join(installed, 'package.json'))
  cpSync(join(core, 'dist'), join(installed, 'dist'), { recursive: true })
  cpSync(join(core, 'node_modules/zod'), join(work, 'node_modules/zod'), {
    recursive: true,
    dereference: true,
  })
  for (const entry of ['environment-cases.ts', 'define-tests.mjs']) {
    for (const format of ['esm', 'cjs']) {
      const extension = format === 'esm' ? '.mjs' : '.cjs'
      await build({
        entryPoints: [join(here, entry)],
        bundle: true,
        external: ['@ainexlayer/*'],
        platform: 'neutral',
        format,
        outfile: join(work, entry.replace(/\.m?ts$|\.mjs$/, extension)),
        logLevel: 'error',
      })
    }
  }
  cpSync(join(here, testFile), join(work, testFile))
  for (const [path, text] of Object.entries(files)) writeFileSync(join(work, path), text)
  return work
}

const jest = async (major) => {
  const packages = { jest: `^${major}.0.0`, 'jest-environment-jsdom': `^${major}.0.0` }
  const work = await project(`jest-${major}`, packages, Object.keys(packages), 'jest.test.cjs', {
    'package.json': '{"private":true,"jest":{"testMatch":["**/*.test.cjs"]}}',
  })
  return (environment) => ({
    command: process.execPath,
    args: [join(work, '../node_modules/jest/bin/jest.js'), '--ci', `--env=${environment}`],
    cwd: work,
    count: /^Tests:.*?(\d+) passed/m,
  })
}

const vitestPackages = {
  vitest: '^4.1.12',
  jsdom: '^27.0.0',
  'happy-dom': '^20.0.0',
  '@vitest/browser-playwright': '^4.1.12',
  playwright: '^1.56.0',
}

const vitest = async () => {
  const config = `import { playwright } from '@vitest/browser-playwright'
const browser = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: { executablePath: ${JSON.stringify(chromium)}, args: ['--no-sandbox'] } }),
  instances: [{ browser: 'chromium' }],
}
export default {
  test: {
    include: ['*.test.mjs'],
    ...(process.env.ENVIRONMENT === 'chromium' ? { browser } : { environment: process.env.ENVIRONMENT }),
  },
}
`
  const needed = Object.keys(vitestPackages)
  const work = await project('vitest', vitestPackages, needed, 'vitest.test.mjs', {
    'package.json': '{"private":true,"type":"module"}',
    'vitest.config.mjs': config,
  })
  return (environment) => ({
    command: process.execPath,
    args: [join(work, '../node_modules/vitest/vitest.mjs'), 'run', '--no-cache'],
    cwd: work,
    env: { ENVIRONMENT: environment },
    count: /Tests .*?(\d+) passed/,
  })
}

const plain = (testFile) =>
  project(testFile.split('.')[0], {}, [], testFile, { 'package.json': '{"private":true}' })

const run = ({ command, args, cwd, count, env = {} }) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...env },
    timeout: 60_000,
  })
  const said = `${stdout ?? ''}${stderr ?? ''}`
  const passed = Number(count.exec(said)?.[1] ?? 0)
  return { passed, isGood: status === 0 && passed > 0, said: `${error ?? ''}${said}` }
}

const runs = []
for (const major of [29, 30]) {
  const inJest = await jest(major)
  for (const environment of ['node', 'jsdom']) {
    runs.push([`jest ${major}, ${environment}`, inJest(environment)])
  }
}
const inVitest = await vitest()
const browsers = existsSync(chromium) ? ['chromium'] : []
for (const environment of ['node', 'jsdom', 'happy-dom', ...browsers]) {
  runs.push([`vitest, ${environment}`, inVitest(environment)])
}
runs.push([
  'node:test',
  {
    command: process.execPath,
    args: ['--test', '--test-reporter=tap', 'node.test.mjs'],
    cwd: await plain('node.test.mjs'),
    count: /^# pass (\d+)/m,
  },
])
runs.push([
  'bun test',
  { command: bun, args: ['test'], cwd: await plain('bun.test.mjs'), count: /^\s*(\d+) pass$/m },
])

let passed = 0
let failed = 0
for (const [name, how] of runs) {
  if (process.argv[2] !== undefined && !name.includes(process.argv[2])) continue
  const result = run(how)
  passed += result.passed
  if (!result.isGood) failed++
  console.log(`${result.isGood ? 'ok  ' : 'FAIL'} ${name}: ${result.passed} tests`)
  if (!result.isGood) console.log(result.said.slice(-6000))
}
if (browsers.length === 0) {
  console.log(
    `left out: vitest in Chromium, because ${chromium} is not there (apt-get install chromium)`,
  )
}
console.log(`environments: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
