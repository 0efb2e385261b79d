import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vitepress'
import { writePages } from './write-pages.mjs'
import { writeReference } from './write-reference.mjs'

/**
 * Builds the site from the pages of the repository and the docstrings of the packages.
 *
 * @param {string} root the repository
 * @returns {Promise<{ folder: string, pages: string, problems: string[] }>} the built site, the Markdown that it was
 * built from, and what is wrong with links in any page of Markdown of the repository
 */
export const buildSite = async (root) => {
  const site = join(root, 'internal/site')
  const pages = join(site, '.pages')
  const folder = join(site, 'dist')
  rmSync(pages, { recursive: true, force: true })
  const problems = writePages(root, pages)
  if (problems.length === 0) {
    await writeReference(root, pages)
    await build(site)
  }
  return { folder, pages, problems }
}
