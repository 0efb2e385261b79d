/**
 * Publishes what the registry does not have yet. It runs in the release workflow alone: provenance needs the workflow's
 * identity. A version that CHANGELOG.md does not tell of is not published.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { publishedPackages } from '@ainexlayer/webhooks-checks/published-packages'
import { tellsOf } from './changelog.mjs'

const root = resolve(import.meta.dirname, '../../..')
const [{ manifest }] = publishedPackages(root)
const run = (command, args) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

if (tellsOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), manifest.version)) {
  run('pnpm', ['publish', '--recursive', '--filter', './packages/*', '--no-git-checks'])
} else {
  console.log(`publish: CHANGELOG.md does not tell of ${manifest.version}: nothing is published`)
}
