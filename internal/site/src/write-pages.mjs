import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { repositoryFiles } from '@ainexlayer/webhooks-checks/repository-files'
import { anchorsOf, withLinks } from './markdown-links.mjs'
import { isAsset, linkedFile, pageOf, repository } from './site-pages.mjs'

/** The README of a folder stands for the folder. */
const fileBehind = (root, path) => {
  const full = join(root, path)
  if (!existsSync(full)) return undefined
  if (!statSync(full).isDirectory()) return path
  return ['README.md', 'index.md']
    .map((name) => posix.join(path, name))
    .find((file) => existsSync(join(root, file)))
}

/** What is wrong with a link to a file of the repository; undefined where nothing is. */
const problemOf = (root, { path, anchor }) => {
  if (!existsSync(join(root, path))) return 'there is no such file'
  const file = fileBehind(root, path)
  if (anchor === '' || file?.endsWith('.md') !== true) return undefined
  return anchorsOf(readFileSync(join(root, file), 'utf8')).has(anchor)
    ? undefined
    : `${file} has no heading #${anchor}`
}

/** The link as it is written on the site: to a page of the site where there is one, else to the repository. */
const onSite = (root, page, { path, anchor }) => {
  const hash = anchor === '' ? '' : `#${anchor}`
  const file = fileBehind(root, path)
  const target = file === undefined ? undefined : pageOf(file)
  if (target !== undefined) return `${posix.relative(posix.dirname(page), target)}${hash}`
  if (path === '') return repository
  const kind = statSync(join(root, path)).isDirectory() ? 'tree' : 'blob'
  return `${repository}/${kind}/main/${path}${hash}`
}

/**
 * Writes the pages of the repository as pages of the site, with their links turned to where these lead there.
 *
 * @param {string} root the repository
 * @param {string} target the folder of the site's pages
 * @returns {string[]} what is wrong with links, in every page of Markdown of the repository
 */
export const writePages = (root, target) => {
  const problems = []
  const files = repositoryFiles(root)
  for (const file of files.filter((one) => one.endsWith('.md'))) {
    const page = pageOf(file)
    const text = withLinks(readFileSync(join(root, file), 'utf8'), (link) => {
      const linked = linkedFile(file, link)
      if (linked === undefined || linked.path.startsWith('docs/reference/')) return link
      const problem = problemOf(root, linked)
      if (problem !== undefined) problems.push(`${file}: ${link}: ${problem}`)
      if (page === undefined || problem !== undefined || isAsset(linked.path)) return link
      return onSite(root, page, linked)
    })
    if (page === undefined) continue
    mkdirSync(dirname(join(target, page)), { recursive: true })
    writeFileSync(join(target, page), text)
  }
  for (const file of files.filter(isAsset)) {
    cpSync(join(root, file), join(target, file.slice('docs/'.length)))
  }
  return problems
}
