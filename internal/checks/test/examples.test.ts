import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { repositoryFiles } from '../src/repository-files.mjs'

interface Manifest {
  readonly version: string
  readonly scripts?: Record<string, string>
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8')
const manifestOf = (folder: string): Manifest => JSON.parse(read(`${folder}/package.json`))

const versions = new Map(
  readdirSync(`${root}/packages`)
    .filter((name) => existsSync(`${root}/packages/${name}/package.json`))
    .map((name) => [
      `@ainexlayer/webhooks${name === 'core' ? '' : `-${name}`}`,
      manifestOf(`packages/${name}`).version,
    ]),
)
const examples = readdirSync(`${root}/examples`).filter((name) =>
  existsSync(`${root}/examples/${name}/package.json`),
)
const handled = examples
  .map((name) => `examples/${name}/src/handled.ts`)
  .filter((path) => existsSync(`${root}/${path}`))

test.for(examples)('%s can be copied out: its dependencies are plain versions', (name) => {
  const { dependencies = {}, devDependencies = {} } = manifestOf(`examples/${name}`)
  const ranges = Object.entries({ ...dependencies, ...devDependencies })
  for (const [dependency, range] of ranges) {
    expect(range, dependency).toMatch(/^[\^~]?\d/)
    if (dependency.startsWith('@ainexlayer')) {
      expect(range, dependency).toBe(`^${versions.get(dependency)}`)
    }
  }
})

// Imports are read by check:folders.
test.for(examples)('%s can be copied out: nothing in it points outside', (name) => {
  const depth = (path: string) => path.split('/').length - 3
  for (const file of repositoryFiles(root)) {
    if (!file.startsWith(`examples/${name}/`)) continue
    for (const [up] of read(file).matchAll(/(?:\.\.\/?)+(?=[^.]|$)/g)) {
      if (up.startsWith('...')) continue
      const levels = up.split('..').length - 1
      expect(levels, `${up} in ${file}`).toBeLessThanOrEqual(depth(file))
    }
  }
})

test('the examples count runs in one way', () => {
  expect(handled.length).toBeGreaterThan(1)
  expect(new Set(handled.map(read)).size).toBe(1)
})
