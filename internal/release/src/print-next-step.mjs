/**
 * Prints what the release workflow does next, as `step=version`, `step=publish` or `step=nothing`. It runs before
 * anything is installed, and asks GitHub by `gh` whether the current version is released.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { nextStep } from './next-step.mjs'

const root = resolve(import.meta.dirname, '../../..')
const read = (path) => readFileSync(join(root, path), 'utf8')
const { name, version } = JSON.parse(read('packages/core/package.json'))

const { status, stdout, stderr, error } = spawnSync(
  'gh',
  ['release', 'view', `${name}@${version}`, '--json', 'isDraft', '--jq', '.isDraft'],
  { cwd: root, encoding: 'utf8' },
)
// Without an answer nobody knows: then nothing is published.
if (status !== 0 && !/release not found/.test(stderr ?? ''))
  throw new Error(`gh did not say whether ${version} is released: ${error?.message ?? stderr}`)

const changesets = readdirSync(join(root, '.changeset'))
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map((file) => read(`.changeset/${file}`))
const isReleased = status === 0 && stdout.trim() === 'false'
console.log(
  `step=${nextStep({ changesets, changelog: read('CHANGELOG.md'), version, isReleased })}`,
)
