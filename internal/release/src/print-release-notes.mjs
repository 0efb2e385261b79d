/** Prints what CHANGELOG.md tells of the current version: the text of its pull request and of its release. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { releaseNotes } from './changelog.mjs'

const root = resolve(import.meta.dirname, '../../..')
const read = (path) => readFileSync(join(root, path), 'utf8')
const { version } = JSON.parse(read('packages/core/package.json'))

console.log(releaseNotes(read('CHANGELOG.md'), version))
