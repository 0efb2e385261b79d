/**
 * Builds the documentation site, which fails at a dead link in it or in any page of Markdown of the repository; then
 * reads what was built: every page is in the sidebar and has the content policy, no link leads to a page or an anchor
 * that is not there, nothing is loaded from another host. `npx pnpm@12 check:site`
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { buildSite } from './build-site.mjs'
import { deadLinks } from './built-links.mjs'
import { contentPolicy } from './content-policy.mjs'
import { foreignLoads } from './foreign-loads.mjs'
import { sidebar } from './sidebar.mjs'

const root = resolve(import.meta.dirname, '../../..')

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => relative(folder, join(file.parentPath ?? file.path, file.name)))

const { folder, pages, problems } = await buildSite(root)
let files = 0
if (problems.length === 0) {
  const listed = new Set(
    sidebar(root).flatMap(({ items }) => items.map(({ link }) => `${link.slice(1)}.md`)),
  )
  const outside = ['index.md', 'changelog.md', 'reference/index.md']
  for (const page of filesIn(pages).filter((file) => file.endsWith('.md'))) {
    if (!listed.has(page) && !outside.includes(page)) problems.push(`${page} is not in the sidebar`)
    listed.delete(page)
  }
  for (const page of listed) problems.push(`the sidebar has ${page}, which does not exist`)
  const html = new Map()
  for (const file of filesIn(folder)) {
    const text = readFileSync(join(folder, file), 'utf8')
    files++
    for (const address of foreignLoads(file, text)) problems.push(`${file} loads ${address}`)
    if (!file.endsWith('.html')) continue
    html.set(file, text)
    if (!text.includes(contentPolicy)) problems.push(`${file} has no content policy`)
  }
  problems.push(...deadLinks(html))
}
for (const problem of problems) console.log(`FAIL ${problem}`)
console.log(`site: ${files} files read, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
