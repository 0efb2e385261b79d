import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { folderOrder } from '../src/folder-order.mjs'
import { pathsIn, pictureIn } from '../src/house-picture.mjs'
import { repositoryFiles } from '../src/repository-files.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const drawn = pathsIn(pictureIn(readFileSync(`${root}/CONTRIBUTING.md`, 'utf8')))
const files = repositoryFiles(root)

/** What lies directly in a folder; folders end with a slash. */
const childrenOf = (folder: string, paths: readonly string[]): string[] => {
  const inside = paths.filter((path) => path.startsWith(folder) && path !== folder)
  const names = inside.map((path) => /^[^/]+\/?/.exec(path.slice(folder.length))?.[0] ?? '')
  return [...new Set(names)].sort()
}

// A folder with nothing drawn in it is drawn as a whole.
const opened = ['', ...drawn].filter((path) => childrenOf(path, drawn).length > 0)

test.for(opened)('CONTRIBUTING draws the folders of "%s" as they are', (folder) => {
  const inPicture = childrenOf(folder, drawn)
  const showsFiles = inPicture.some((name) => !name.endsWith('/'))
  const real = childrenOf(folder, files).filter((name) => showsFiles || name.endsWith('/'))
  // Of a package only `src` is drawn.
  const expected = folder.match(/^packages\/[^/]+\/$/) ? ['src/'] : real
  expect(
    inPicture,
    `The picture in CONTRIBUTING.md, below "The house", is not current: add to "${folder || '.'}" what is missing, with a few words, and take out what is gone.`,
  ).toEqual(expected)
})

test("CONTRIBUTING draws core's folders in the order that check:folders holds them to", () => {
  const inCore = drawn
    .filter((path) => /^packages\/core\/src\/[^/]+\/?$/.test(path))
    .map((path) => path.replace(/^.*src\/|\/$|\.ts$/g, '').replace(/^packages\/core\/src\//, ''))
  expect(inCore).toEqual(folderOrder['packages/core']?.flat())
})
