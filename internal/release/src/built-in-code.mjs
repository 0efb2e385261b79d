import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** esbuild names the file that each part of a bundle came from. */
const origin =
  /^\/\/ .*node_modules\/\.pnpm\/@?[^@/]+@([^_/(]+)[^/]*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm

/** Lines that the build adds by itself, as a compiler does, and that are nobody's library. */
const ofTheBuild = new Set(['tsup'])

/**
 * Other people's packages whose code is built into a package: their ids, as `zod@4.6.7`.
 *
 * @param {string} folder of the package, built
 */
export const builtIn = (folder) => {
  const dist = join(folder, 'dist')
  if (!existsSync(dist)) throw new Error(`${folder} is not built: npx pnpm@12 build:js`)
  const parts = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.c?js$/.test(file))
    .flatMap((file) => [...readFileSync(join(dist, file), 'utf8').matchAll(origin)])
    .filter(([, , name = '']) => !ofTheBuild.has(name))
    .map(([, version, name]) => `${name}@${version}`)
  return [...new Set(parts)].sort()
}

/** The text of a licence without what differs between copies: line breaks, and the underlining of a title. */
const words = (text) => text.replace(/\s+/g, ' ').trim()

/** @param {string} folder of an installed package */
export const licenceText = (folder) => {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.(md|txt))?$/i.test(name))
  return file === undefined ? undefined : readFileSync(join(folder, file), 'utf8')
}

/** The files that tell whose code is built into a package. */
export const noticeFiles = ['THIRD-PARTY.txt', 'THIRD-PARTY-NOTICES.md']

/**
 * What is wrong with the notices of a package: each part that is built in must be named, with the whole text of the
 * licence that lies in the installed package, and the file must be published.
 *
 * @param {string} folder
 * @param {readonly string[]} files the `files` of its package.json
 * @param {ReadonlyMap<string, string>} installed the folders of installed packages, by id
 */
export const noticeProblems = (folder, files, installed) => {
  const present = noticeFiles.filter((name) => existsSync(join(folder, name)))
  const parts = builtIn(folder)
  const text = present.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
  const problems = present
    .filter((name) => !files.includes(name))
    .map((name) => `${name} is not in \`files\``)
  if (parts.length === 0 && present.length > 0) problems.push('a notice, and nothing is built in')
  for (const id of parts) {
    const name = id.slice(0, id.lastIndexOf('@'))
    const at = installed.get(id)
    const licence = at === undefined ? undefined : licenceText(at)
    if (licence === undefined) problems.push(`${id} is built in and its licence was not found`)
    else if (!words(text).includes(words(licence)))
      problems.push(`the licence of ${name}, which is built in, is not in a notice word by word`)
    if (!text.includes(name)) problems.push(`no notice names ${name}, which is built in`)
  }
  return problems
}
