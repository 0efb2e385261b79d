/**
 * Checks every published package as a user gets it: packed, linted, and installed from the tarball
 * into an empty folder by an ESM, a CJS and a TypeScript consumer.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
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
const check = (name, command, args, cwd = root) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) passed++
  else failed++
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  if (status !== 0) console.log(error ?? '', stdout, stderr)
}

const dependencies = {}
for (const { folder, manifest } of publishedPackages(root)) {
  const tarball = tarballOf(tarballs, manifest)
  check(`${manifest.name}: pack`, 'pnpm', packArguments(tarballs), folder)
  const files = `tar -tzf '${tarball}'`
  check(`${manifest.name}: changelog, and no source maps`, 'sh', [
    '-c',
    `${files} | grep -q package/CHANGELOG.md && ! ${files} | grep '[.]map$'`,
  ])
  check(`${manifest.name}: publint`, bin('publint'), ['run', tarball, '--strict'])
  check(`${manifest.name}: are the types wrong`, bin('attw'), [tarball, '--no-emoji'])
  dependencies[manifest.name] = `file:${tarball}`
}

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
check(
  'consumer: install from the tarballs',
  'npm',
  ['install', '--no-audit', '--no-fund', '--loglevel=error'],
  consumer,
)
check('consumer: ESM', 'node', ['esm.mjs'], consumer)
check('consumer: CJS', 'node', ['cjs.cjs'], consumer)

for (const { name, errors } of await compileConsumer(consumer)) {
  if (errors.length === 0) passed++
  else failed++
  console.log(`${errors.length === 0 ? 'ok  ' : 'FAIL'} consumer: ${name}`)
  for (const error of errors) console.log(error)
}

rmSync(workFolder, { recursive: true, force: true })
console.log(`packages: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
