/**
 * Makes the next release of the changesets: new versions everywhere, their texts in CHANGELOG.md, the changesets gone.
 * With none, and when the changelog does not tell of the current version yet, it writes that heading: the first release.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { publishedPackages } from '@ainexlayer/webhooks-checks/published-packages'
import applyReleasePlan from '@changesets/apply-release-plan'
import { read as readConfig } from '@changesets/config'
import getReleasePlan from '@changesets/get-release-plan'
import { getPackages } from '@manypkg/get-packages'
import { tellsOf, withRelease } from './changelog.mjs'
import { asAskedFor } from './release-plan.mjs'

// These are CommonJS behind a bundler's mark.
const unwrapped = (module) => module.default ?? module

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '../../..'))
const page = join(root, 'CHANGELOG.md')
const changelog = readFileSync(page, 'utf8')
const date = new Date().toISOString().slice(0, 10)
const [first] = publishedPackages(root)
const current = first.manifest.version

const packages = await getPackages(root)
const config = await readConfig(root, packages)
const plan = asAskedFor(await unwrapped(getReleasePlan)(root, undefined, config))

const release = plan.releases.find(({ name }) => name === first.manifest.name)
// Empty changesets, of changes that no user notices, release nothing by themselves.
if (release !== undefined) {
  const { newVersion } = release
  const changes = plan.changesets.map(({ summary, releases }) => ({
    summary,
    kind: ['major', 'minor', 'patch'].find((kind) => releases.some(({ type }) => type === kind)),
  }))
  await unwrapped(applyReleasePlan)(plan, packages, config)
  writeFileSync(page, withRelease(changelog, { version: newVersion, date, changes }))
  console.log(`version: ${current} to ${newVersion}, with ${changes.length} changesets`)
} else if (!tellsOf(changelog, current)) {
  writeFileSync(page, withRelease(changelog, { version: current, date, changes: [] }))
  console.log(`version: CHANGELOG.md tells of ${current}, the first release`)
} else console.log(`version: nothing has changed since ${current}`)
