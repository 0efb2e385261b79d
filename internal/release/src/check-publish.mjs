/**
 * A release without its last step: reads each manifest, packs each package (or takes the tarballs of
 * `check:packages`, when their folder is given), reads what is in the tarball, and publishes it with `--dry-run`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  packArguments,
  publishedPackages,
  tarballOf,
} from '@ainexlayer/webhooks-checks/published-packages'
import { manifestIn } from './installed-manifest.mjs'
import { manifestProblems, tarballProblems } from './manifest-problems.mjs'

const root = resolve(import.meta.dirname, '../../..')
const workFolder = mkdtempSync(join(tmpdir(), 'ainexlayer-publish-'))
const [given] = process.argv.slice(2)
const tarballs = given === undefined ? workFolder : resolve(given)
mkdirSync(tarballs, { recursive: true })

let passed = 0
let failed = 0
const check = (name, problems) => {
  if (problems.length === 0) passed++
  else failed++
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  for (const problem of problems) console.log(`     ${problem}`)
}
const run = (command, args, cwd = root) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  return { stdout, problems: status === 0 ? [] : [`${stdout}${stderr}`] }
}

for (const { folder, manifest } of publishedPackages(root)) {
  const testedVersion = (name) => {
    const installed = join(folder, 'node_modules', name)
    return existsSync(installed) ? manifestIn(installed).version : undefined
  }
  check(`${manifest.name}: package.json`, manifestProblems(manifest, testedVersion))
  const tarball = tarballOf(tarballs, manifest)
  if (!existsSync(tarball)) run('pnpm', packArguments(tarballs), folder)
  const listed = run('tar', ['-tzf', tarball])
  check(`${manifest.name}: what is in the tarball`, [
    ...listed.problems,
    ...tarballProblems(listed.stdout.split('\n').filter((line) => line !== '')),
  ])
  // From a tarball no script runs. The release packs anew, from the commit that passed this check.
  const { problems, stdout } = run('pnpm', ['publish', tarball, '--dry-run', '--no-git-checks'])
  const isNamed = stdout.includes(`${manifest.name}@${manifest.version}`)
  check(`${manifest.name}: publish --dry-run`, isNamed ? problems : [...problems, stdout])
}

rmSync(workFolder, { recursive: true, force: true })
console.log(`publish: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
