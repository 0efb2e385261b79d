/**
 * Checks every published package as a user gets it: packed, linted, and installed from the tarball
 * into an empty folder by an ESM, a CJS and a TypeScript consumer.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { compileConsumer, compilers } from './compile-consumer.mjs'
import { packArguments, publishedPackages, tarballOf } from './published-packages.mjs'

const root = resolve(import.meta.dirname, '../../..')
const bin = (name) => join(root, 'node_modules/.bin', name)
const workFolder = mkdtempSync(join(tmpdir(), 'ainexlayer-packages-'))
// Given a folder, the tarballs stay there: `check:docs` takes them from it.
const [given] = process.argv.slice(2)
const tarballs = given === undefined ? join(workFolder, 'tarballs') : resolve(given)
mkdirSync(tarballs, { recursive: true })

let passed = 0
let failed = 0
const run = promisify(execFile)
const check = async (name, command, args, cwd = root) => {
  const { error } = await run(command, args, { cwd }).catch((thrown) => ({ error: thrown }))
  if (error === undefined) passed++
  else failed++
  console.log(`${error === undefined ? 'ok  ' : 'FAIL'} ${name}`)
  if (error !== undefined) console.log(error.message, error.stdout, error.stderr)
}

const packages = publishedPackages(root)
// One after another: each builds what it stands on, too.
for (const { folder, manifest } of packages) {
  await check(`${manifest.name}: pack`, 'pnpm', packArguments(tarballs), folder)
}

const lint = async ({ manifest }) => {
  const tarball = tarballOf(tarballs, manifest)
  const files = `tar -tzf '${tarball}'`
  await check(`${manifest.name}: changelog, and no source maps`, 'sh', [
    '-c',
    `${files} | grep -q package/CHANGELOG.md && ! ${files} | grep '[.]map$'`,
  ])
  await check(`${manifest.name}: publint`, bin('publint'), ['run', tarball, '--strict'])
  await check(`${manifest.name}: are the types wrong`, bin('attw'), [tarball, '--no-emoji'])
}
const unlinted = [...packages]
const lintNext = async () => {
  for (let next = unlinted.shift(); next !== undefined; next = unlinted.shift()) await lint(next)
}
await Promise.all(cpus().slice(0, 4).map(lintNext))

const dependencies = Object.fromEntries(
  packages.map(({ manifest }) => [manifest.name, `file:${tarballOf(tarballs, manifest)}`]),
)

const versionOf = (name, user = 'express') =>
  JSON.parse(
    readFileSync(join(root, 'packages', user, 'node_modules', name, 'package.json'), 'utf8'),
  ).version
const consumer = join(workFolder, 'consumer')
cpSync(join(import.meta.dirname, 'consumers'), consumer, { recursive: true })
writeFileSync(
  join(consumer, 'package.json'),
  JSON.stringify({
    private: true,
    dependencies: { ...dependencies, express: versionOf('express') },
    devDependencies: {
      ...compilers,
      '@types/node': versionOf('@types/node'),
      '@types/express': versionOf('@types/express'),
      // An optional peer of the client, whose declarations name it.
      msw: versionOf('msw', 'client'),
    },
    overrides: dependencies,
  }),
)
await check(
  'consumer: install from the tarballs',
  'npm',
  ['install', '--no-audit', '--no-fund', '--loglevel=error'],
  consumer,
)
await check('consumer: ESM', 'node', ['esm.mjs'], consumer)
await check('consumer: CJS', 'node', ['cjs.cjs'], consumer)

for (const { name, errors } of await compileConsumer(consumer)) {
  if (errors.length === 0) passed++
  else failed++
  console.log(`${errors.length === 0 ? 'ok  ' : 'FAIL'} consumer: ${name}`)
  for (const error of errors) console.log(error)
}

rmSync(workFolder, { recursive: true, force: true })
console.log(`packages: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
